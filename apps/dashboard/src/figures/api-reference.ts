import type { Answer, OpenApi, Operation, Schema } from './openapi.js';
import { type Block, type Inline, parseInline, slugOf } from './parse-markdown.js';

/** The reference of an API: its operations, then its schemas, as blocks of a document. */
export function referenceBlocks(api: OpenApi): Block[] {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => operationBlocks(api, method, path, operation)),
  );
  const schemas = Object.entries(api.components.schemas).flatMap(([name, schema]) =>
    schemaBlocks(name, schema),
  );
  return [
    paragraph(`The base of all addresses is \`${api.servers[0]?.url ?? ''}\`.`),
    ...operations,
    heading(2, 'Schemas'),
    ...schemas,
  ];
}

function operationBlocks(api: OpenApi, method: string, path: string, operation: Operation): Block[] {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const answers = Object.entries(responses).map(([status, answer]): [string, Answer] => [
    status,
    resolved(api, answer),
  ]);
  const body = requestBody?.content['application/json'];
  const success = responses['200'];
  return [
    heading(2, `${method.toUpperCase()} ${path}`),
    paragraph(`**${summary}.** ${description ?? ''}`),
    ...(parameters.length > 0
      ? [
          table(
            ['parameter', 'in', 'type', 'what it is'],
            parameters.map(({ name, in: place, required, description, schema }) => [
              code(name),
              parseInline(place),
              typeOf(schema, required),
              parseInline(description),
            ]),
          ),
        ]
      : []),
    ...(body ? [withLink('The body is a ', body.schema)] : []),
    ...Object.values(body?.examples ?? {}).flatMap(({ summary, value }) => [
      paragraph(`${summary}:`),
      json(value),
    ]),
    table(
      ['status', 'answer', 'when'],
      answers.map(([status, answer]) => [
        code(status),
        contentOf(answer),
        parseInline(answer.description ?? ''),
      ]),
    ),
    ...headerBlocks(success),
    ...exampleBlocks(success),
  ];
}

function headerBlocks(answer: Answer | undefined): Block[] {
  const headers = Object.entries(answer?.headers ?? {});
  if (headers.length === 0) return [];
  return [
    table(
      ['header of the answer', 'what it is'],
      headers.map(([name, { description }]) => [code(name), parseInline(description)]),
    ),
  ];
}

/** A long list is shown by its first entry. */
function exampleBlocks(answer: Answer | undefined): Block[] {
  const example = answer?.content?.['application/json']?.example as { data?: unknown[] } | undefined;
  if (example === undefined) return [];
  const shown = Array.isArray(example.data) ? { ...example, data: example.data.slice(0, 1) } : example;
  return [paragraph('An answer:'), json(shown)];
}

function schemaBlocks(name: string, schema: Schema): Block[] {
  const rows = rowsOf(schema, '');
  const hasProviders = Object.values(schema.properties ?? {}).some((each) => each['x-tokenroute-providers']);
  const head = ['field', 'type', 'what it is', ...(hasProviders ? ['not with'] : [])];
  return [
    heading(3, name),
    ...(schema.description ? [paragraph(schema.description)] : []),
    table(
      head,
      rows.map((row) => (hasProviders ? row : row.slice(0, 3))),
    ),
  ];
}

/** A row for each member, and for each of an object within. */
function rowsOf({ properties = {}, required = [] }: Schema, prefix: string): Inline[][][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const note = `${schema.deprecated ? '**Deprecated.** ' : ''}${schema.description ?? ''}`;
    const row = [
      code(prefix + name),
      typeOf(schema, required.includes(name)),
      parseInline(note),
      parseInline(notWith(schema)),
    ];
    const { inner, step } = within(schema);
    return [row, ...(inner ? rowsOf(inner, `${prefix}${name}${step}`) : [])];
  });
}

/** The object that is written out in a schema: itself, what may also be null, or the items of a list. */
function within(schema: Schema): { inner?: Schema; step: string } {
  const choices = schema.anyOf ?? schema.oneOf ?? [schema];
  const list = choices.find(({ items }) => items?.properties)?.items;
  if (list) return { inner: list, step: '[].' };
  return { inner: choices.find(({ properties }) => properties), step: '.' };
}

/** Which providers refuse a parameter or leave it out. */
function notWith({ 'x-tokenroute-providers': fates = {} }: Schema): string {
  const those = (begin: string) =>
    Object.keys(fates).filter((provider) => fates[provider]!.startsWith(begin));
  const [refused, leftOut] = [those('400'), those('left out')];
  return [
    ...(refused.length > 0 ? [`refused: ${refused.join(', ')}`] : []),
    ...(leftOut.length > 0 ? [`left out: ${leftOut.join(', ')}`] : []),
  ].join('; ');
}

function typeOf(schema: Schema, isRequired = false): Inline[] {
  return [...typeText(schema), ...(isRequired ? parseInline(', **required**') : [])];
}

function typeText(schema: Schema): Inline[] {
  const choices = schema.anyOf ?? schema.oneOf;
  if (schema.$ref) return linkTo(schema.$ref);
  if (choices) return joined(choices.map(typeText));
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum) return joined(schema.enum.map((value) => code(JSON.stringify(value))));
  if (schema.items) return [...plain('list of '), ...typeText(schema.items)];
  return plain([schema.type ?? 'anything'].flat().join(' or '));
}

function contentOf(answer: Answer): Inline[] {
  const contents = Object.entries(answer.content ?? {});
  return joined(
    contents.map(([type, { schema }]) => {
      // What an error adds to the body of all errors is its status and type.
      const whole = (schema as { allOf?: Schema[] }).allOf?.[0] ?? schema;
      return type === 'application/json' ? typeText(whole) : [...plain(`${type}: `), ...typeText(whole)];
    }),
  );
}

function resolved(api: OpenApi, answer: Answer): Answer {
  return answer.$ref ? (api.components.responses[nameOf(answer.$ref)] ?? answer) : answer;
}

const nameOf = (reference: string) => reference.split('/').at(-1)!;
const linkTo = (reference: string): Inline[] => [
  { kind: 'link', href: `#${slugOf(nameOf(reference))}`, content: plain(nameOf(reference)) },
];
const plain = (text: string): Inline[] => [{ kind: 'text', text }];
const code = (text: string): Inline[] => [{ kind: 'code', text }];
const heading = (level: number, text: string): Block => ({
  kind: 'heading',
  level,
  id: slugOf(text),
  content: plain(text),
});
const paragraph = (markdown: string): Block => ({ kind: 'paragraph', content: parseInline(markdown.trim()) });
const withLink = (before: string, schema: Schema): Block => ({
  kind: 'paragraph',
  content: [...plain(before), ...typeText(schema), ...plain('.')],
});
const json = (value: unknown): Block => ({
  kind: 'code',
  language: 'json',
  text: JSON.stringify(value, null, 2),
});
const table = (head: string[], rows: Inline[][][]): Block => ({ kind: 'table', head: head.map(plain), rows });

function joined(parts: Inline[][]): Inline[] {
  return parts.flatMap((part, index) => (index === 0 ? part : [...plain(' or '), ...part]));
}
