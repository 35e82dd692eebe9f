import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../workspace.js';
import type { KubernetesObject } from './manifests.js';

const require = createRequire(import.meta.url);
const options: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
};

/**
 * What Kubernetes' own schemas say against these objects. Values are validated as kubernetes-models does it, which lets
 * unknown fields through; those are found by the compiler, to which each object is a literal of its declared type.
 */
export function schemaProblems(objects: readonly KubernetesObject[]): string[] {
  return [...valueProblems(objects), ...fieldProblems(objects)];
}

/** Of kinds that are not Kubernetes' own, by their API's group. */
const libraries: Record<string, string> = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'cert-manager.io': '@kubernetes-models/cert-manager',
};

function modelModule({ apiVersion, kind }: KubernetesObject): string {
  const library = libraries[apiVersion.split('/')[0]!] ?? 'kubernetes-models';
  return `${library}/${apiVersion}/${kind}`;
}

function valueProblems(objects: readonly KubernetesObject[]): string[] {
  return objects.flatMap((object) => {
    type Model = new (data: KubernetesObject) => { validate(): void };
    const module = require(modelModule(object)) as Record<string, Model>;
    try {
      new module[object.kind]!(object).validate();
      return [];
    } catch (error) {
      return [`${nameOf(object)}: ${(error as Error).message}`];
    }
  });
}

function fieldProblems(objects: readonly KubernetesObject[]): string[] {
  const files = new Map(
    objects.map((object, index) => [join(repositoryRoot, `tools/house-rules/${index}.ts`), object] as const),
  );
  const host = ts.createCompilerHost(options);
  const [readFile, fileExists] = [host.readFile.bind(host), host.fileExists.bind(host)];
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => (files.has(file) ? typedLiteral(files.get(file)!) : readFile(file));
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, target, ...rest) =>
    files.has(file)
      ? ts.createSourceFile(file, host.readFile(file)!, target)
      : getSourceFile(file, target, ...rest);
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([file, object]) => {
    const source = program.getSourceFile(file)!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(
      ({ messageText }) => `${nameOf(object)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

function typedLiteral(object: KubernetesObject): string {
  const type = `I${object.kind}`;
  return `import type { ${type} } from '${modelModule(object)}';\nexport const object: ${type} = ${JSON.stringify(object)};\n`;
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}
