/**
 * JSON Schema within the bounds of Anthropic's structured output.
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
 */

type Schema = Record<string, unknown>;

/** Members whose value is one schema, a list of schemas, or schemas by a name of the client's. */
const single = ['items'];
const lists = ['anyOf', 'allOf', 'oneOf'];
const named = ['properties', '$defs', 'definitions'];

/** Constraints the grammar does not know. They become words, which the model mostly heeds. */
const inWords = [
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'maxItems', 'uniqueItems', 'contains', 'minContains', 'maxContains'],
  ...['minProperties', 'maxProperties', 'propertyNames', 'patternProperties'],
];

const formats = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'];

/** Deeper than any schema a person writes. */
const deepest = 64;

/** Whether the grammar can say what the schema says: no objects with free keys, nothing recursive. */
export function fitsAnthropicGrammar(schema: Schema): boolean {
  const isClosed = (part: Schema) =>
    part['additionalProperties'] == null || part['additionalProperties'] === false;
  const hasKeys = (part: Schema) => part['type'] !== 'object' || isObject(part['properties']);
  return everySchema(schema, (part) => isClosed(part) && hasKeys(part)) && !isRecursive(schema);
}

/** The same schema in the grammar's words. A property that is named like a keyword stays a property. */
export function toAnthropicSchema(schema: Schema): Schema {
  const result: Schema = {};
  const words: string[] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (single.includes(key) && isObject(value)) result[key] = toAnthropicSchema(value);
    else if (lists.includes(key) && Array.isArray(value)) {
      result[key === 'oneOf' ? 'anyOf' : key] = value.map((part) =>
        isObject(part) ? toAnthropicSchema(part) : (part as unknown),
      );
    } else if (named.includes(key) && isObject(value)) result[key] = toAnthropicSchemas(value);
    else if (isBeyondGrammar(key, value)) words.push(`${key}: ${JSON.stringify(value)}`);
    else if (key !== '$schema' && key !== '$id') result[key] = value;
  }
  if (isObject(result['properties']) || result['type'] === 'object') result['additionalProperties'] = false;
  if (words.length > 0) {
    result['description'] =
      `${(schema['description'] as string | undefined) ?? ''} (${words.join(', ')})`.trim();
  }
  return result;
}

function toAnthropicSchemas(schemas: Schema): Schema {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, part]) => [name, isObject(part) ? toAnthropicSchema(part) : part]),
  );
}

function isBeyondGrammar(key: string, value: unknown): boolean {
  if (key === 'minItems') return value !== 0 && value !== 1;
  if (key === 'format') return !formats.includes(value as string);
  return inWords.includes(key);
}

function everySchema(schema: Schema, holds: (part: Schema) => boolean, depth = 0): boolean {
  return (
    depth < deepest && holds(schema) && partsOf(schema).every((part) => everySchema(part, holds, depth + 1))
  );
}

function partsOf(schema: Schema): Schema[] {
  const parts = [
    ...single.map((key) => schema[key]),
    ...lists.flatMap((key) => (Array.isArray(schema[key]) ? (schema[key] as unknown[]) : [])),
    ...named.flatMap((key) => (isObject(schema[key]) ? Object.values(schema[key]) : [])),
  ];
  return parts.filter(isObject);
}

/** Whether a definition leads back to itself. */
function isRecursive(root: Schema): boolean {
  const leadsBack = (schema: Schema, open: readonly string[]): boolean => {
    const reference = schema['$ref'];
    if (typeof reference === 'string') {
      if (open.includes(reference)) return true;
      const target = definitionOf(root, reference);
      if (target && leadsBack(target, [...open, reference])) return true;
    }
    return partsOf({ ...schema, $defs: undefined, definitions: undefined }).some((part) =>
      leadsBack(part, open),
    );
  };
  return leadsBack(root, ['#']);
}

function definitionOf(root: Schema, reference: string): Schema | undefined {
  const [, table, name] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference) ?? [];
  const definitions = table && root[table];
  const definition = isObject(definitions) && name ? definitions[name] : undefined;
  return isObject(definition) ? definition : undefined;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
