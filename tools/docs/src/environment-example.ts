import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import yaml from 'yaml';

interface ComposeService {
  build?: { target: string };
  environment?: Record<string, string>;
}

/** What docker-compose.yml takes from outside, with what each service's configuration says of it. */
export function environmentExample(repository: string): string {
  const read = (file: string) => readFileSync(join(repository, file), 'utf8');
  const text = read('docker-compose.yml');
  const { services } = yaml.parse(text, { merge: true }) as { services: Record<string, ComposeService> };
  const told = new Map<string, { services: string[]; comment: string }>();
  for (const [service, { build, environment = {} }] of Object.entries(services)) {
    if (!build) continue;
    const comments = commentsOf(build.target, read);
    for (const [variable, value] of Object.entries(environment)) {
      for (const [, name = ''] of value.matchAll(/\$\{([A-Z_]+)/g)) {
        const entry = told.get(name) ?? { services: [], comment: '' };
        // A password inside an address is not what the service says of the address.
        const isWhole = value.startsWith('${') && value.endsWith('}');
        told.set(name, {
          services: [...entry.services, service],
          comment: entry.comment || (isWhole ? (comments.get(variable) ?? '') : ''),
        });
      }
    }
  }
  const chosen = [...text.matchAll(/\$\{([A-Z_]+):-([^}]*)\}/g)];
  const defaults = new Map(chosen.map(([, name = '', value = '']) => [name, value]));
  const blocks = [...defaults].map(([name, value]) => {
    const { services: readers, comment } = told.get(name) ?? { services: [], comment: '' };
    const who = readers.length > 8 ? 'Every service.' : readers.length > 0 ? `${readers.join(', ')}.` : '';
    const words = [who, comment].filter(Boolean).join(' ') || 'Of docker-compose.yml itself.';
    return `# ${words}\n#${name}=${value}\n`;
  });
  return `${head}\n${blocks.join('\n')}`;
}

const head = `# What docker-compose.yml takes from outside, each with its default: copy this file to .env and change what you choose.
# Written by \`npm run docs:parameters\` from docker-compose.yml and each service's config.ts.
`;

/** Of every variable of a service's configuration: the comment above it, on one line. */
function commentsOf(target: string, read: (file: string) => string): Map<string, string> {
  const files = ['libs/service-kit/src/load-config.ts'];
  if (!['provider-simulator', 'tokenroute-cli'].includes(target))
    files.unshift(`apps/${target}/src/config.ts`);
  const comments = new Map<string, string>();
  for (const file of files) {
    const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAssignment(node) && /^[A-Z][A-Z0-9_]+$/.test(node.name.getText())) {
        const said = ts
          .getJSDocCommentsAndTags(node)
          .flatMap(({ comment }) => ts.getTextOfJSDocComment(comment) ?? []);
        if (said.length > 0) comments.set(node.name.getText(), said.join(' ').replace(/\s+/g, ' '));
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return comments;
}
