import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from './workspace.js';

export interface ConfigVariables {
  /** Without these the service does not start. */
  required: string[];
  /** These have a default, or may be absent. */
  optional: string[];
}

/** The environment variables a project's src/config.ts reads, with those that the kits add to it. */
export async function configVariables(folder: string): Promise<ConfigVariables> {
  const files = [`${folder}/src/config.ts`, 'libs/service-kit/src/load-config.ts'];
  if (folder.startsWith('apps/adapter-')) files.push('libs/adapter-kit/src/run-adapter.ts');
  return variablesIn(await Promise.all(files.map((file) => readFile(join(repositoryRoot, file), 'utf8'))));
}

/** Every member in capitals of a schema, and `environment.NAME` where there is none; zod's words say which may be absent. */
export function variablesIn(texts: string[]): ConfigVariables {
  const required = new Set<string>();
  const optional = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && /^[A-Z][A-Z0-9_]+$/.test(node.name.getText())) {
      // Such a member in `pick({ NAME: true })` repeats one that is described elsewhere.
      if (node.initializer.kind !== ts.SyntaxKind.TrueKeyword) {
        const mayBeAbsent = /\.(default|optional|nullish|prefault)\(/.test(node.initializer.getText());
        (mayBeAbsent ? optional : required).add(node.name.getText());
      }
    }
    if (ts.isPropertyAccessExpression(node) && /^[A-Z][A-Z0-9_]+$/.test(node.name.text))
      optional.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  for (const text of texts) visit(ts.createSourceFile('config.ts', text, ts.ScriptTarget.Latest, true));
  for (const name of required) optional.delete(name);
  return { required: [...required].sort(), optional: [...optional].sort() };
}
