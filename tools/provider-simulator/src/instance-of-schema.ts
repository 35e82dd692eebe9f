import { isObject, type Json } from './ask.js';

/** Deeper than this only what is required is filled in, which ends recursive schemas. */
const DEPTH_OF_OPTIONAL_PROPERTIES = 4;
const MAX_DEPTH = 24;

const formats: Record<string, string> = {
  date: '2026-01-02',
  time: '03:04:05Z',
  'date-time': '2026-01-02T03:04:05Z',
  duration: 'PT1H',
  email: 'someone@example.com',
  hostname: 'example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
};

/** A value that satisfies a JSON Schema (or Gemini's Schema, with its types in capitals). The same schema, the same value. */
export function instanceOfSchema(schema: unknown): unknown {
  return instance(schema, schema, 'value', 0);
}

function instance(schema: unknown, root: unknown, name: string, depth: number): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return null;
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0];
  if (typeof schema.$ref === 'string') return instance(resolve(schema.$ref, root), root, name, depth + 1);
  if (Array.isArray(schema.allOf) && schema.allOf.length > 0)
    return instance(merged(schema, schema.allOf, root), root, name, depth + 1);
  const alternatives = schema.anyOf ?? schema.oneOf ?? schema.any_of;
  if (Array.isArray(alternatives) && alternatives.length > 0)
    return instance(simplest(alternatives, depth), root, name, depth + 1);
  switch (typeOf(schema)) {
    case 'object':
      return objectOf(schema, root, depth);
    case 'array':
      return arrayOf(schema, root, name, depth);
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return stringOf(schema, name);
  }
}

function typeOf(schema: Json): string {
  const types = Array.isArray(schema.type) ? (schema.type as unknown[]) : [schema.type];
  const type = types.find((one) => one !== 'null') ?? types[0];
  if (typeof type === 'string') return type.toLowerCase();
  if (isObject(schema.properties)) return 'object';
  return schema.items !== undefined ? 'array' : 'string';
}

/** A recursive alternative is avoided once deep: what is not an object or an array ends it. */
function simplest(alternatives: unknown[], depth: number): unknown {
  const plain = alternatives.find(
    (one) => isObject(one) && !('$ref' in one) && !['object', 'array'].includes(typeOf(one)),
  );
  return depth > DEPTH_OF_OPTIONAL_PROPERTIES ? (plain ?? alternatives[0]) : alternatives[0];
}

function resolve(reference: string, root: unknown): unknown {
  let found: unknown = root;
  for (const step of reference.replace(/^#\/?/, '').split('/').filter(Boolean))
    found = isObject(found)
      ? found[decodeURIComponent(step).replace(/~1/g, '/').replace(/~0/g, '~')]
      : undefined;
  return found;
}

function merged(schema: Json, parts: unknown[], root: unknown): Json {
  const { allOf: _, ...own } = schema;
  return parts.reduce<Json>((all, part) => {
    const one = isObject(part) && typeof part.$ref === 'string' ? resolve(part.$ref, root) : part;
    if (!isObject(one)) return all;
    return {
      ...all,
      ...one,
      properties: { ...(all.properties as Json | undefined), ...(one.properties as Json | undefined) },
      required: [...((all.required as string[]) ?? []), ...((one.required as string[]) ?? [])],
    };
  }, own);
}

function objectOf(schema: Json, root: unknown, depth: number): Json {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required)
    ? schema.required.filter((name) => typeof name === 'string')
    : [];
  const result: Json = {};
  for (const [name, property] of Object.entries(properties))
    if (depth < DEPTH_OF_OPTIONAL_PROPERTIES || required.includes(name))
      result[name] = instance(property, root, name, depth + 1);
  for (const name of required)
    if (!(name in result)) result[name] = instance(schema.additionalProperties, root, name, depth + 1);
  return result;
}

function arrayOf(schema: Json, root: unknown, name: string, depth: number): unknown[] {
  if (Array.isArray(schema.prefixItems))
    return schema.prefixItems.map((one) => instance(one, root, name, depth + 1));
  const least = bound(schema.minItems, 0);
  const most = bound(schema.maxItems, Infinity);
  const length = Math.min(most, Math.max(least, depth < DEPTH_OF_OPTIONAL_PROPERTIES ? 1 : 0));
  return Array.from({ length }, (_, index) =>
    distinct(instance(schema.items, root, name, depth + 1), index, schema),
  );
}

function distinct(value: unknown, index: number, schema: Json): unknown {
  if (!schema.uniqueItems || index === 0) return value;
  const allowed = isObject(schema.items) && Array.isArray(schema.items.enum) ? schema.items.enum : undefined;
  if (allowed) return allowed[index % allowed.length];
  return typeof value === 'number'
    ? value + index
    : typeof value === 'string'
      ? `${value} ${index + 1}`
      : value;
}

/** A schema comes from anybody: what is no number, which Gemini writes as text, bounds nothing. */
function bound(value: unknown, otherwise: number): number {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? otherwise : number;
}

function numberOf(schema: Json): number {
  const step = bound(schema.multipleOf, typeOf(schema) === 'integer' ? 1 : 0.5);
  const most = Math.min(bound(schema.maximum, Infinity), bound(schema.exclusiveMaximum, Infinity));
  let value = bound(schema.minimum, 1);
  if (typeof schema.exclusiveMinimum === 'number') value = Math.max(value, schema.exclusiveMinimum + step);
  if (value > most || (value === most && schema.exclusiveMaximum !== undefined)) value = most - step;
  const fitted = Math.ceil(value / step) * step;
  return fitted <= most ? fitted : value;
}

function stringOf(schema: Json, name: string): string {
  const format = typeof schema.format === 'string' ? formats[schema.format] : undefined;
  let text = format ?? `simulated ${name}`;
  const least = bound(schema.minLength, 0);
  if (text.length < least) text += 'x'.repeat(least - text.length);
  return text.slice(0, bound(schema.maxLength, Infinity));
}
