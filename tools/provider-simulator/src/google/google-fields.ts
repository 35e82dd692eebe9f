import { isObject, Refusal, type Json } from '../ask.js';

export const refuse = (message: string): Refusal => new Refusal(400, message);

const camel = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * The API takes its fields in camelCase and in snake_case and refuses those it does not know. Returns the object with
 * camelCase names, one level deep, without nulls (which mean absent).
 */
export function readFields(value: unknown, known: ReadonlySet<string>, at: string): Json {
  if (!isObject(value)) throw refuse(`Invalid value at '${at}' (oneof), ${JSON.stringify(value)}`);
  const read: Json = {};
  for (const [name, field] of Object.entries(value)) {
    if (!known.has(camel(name)))
      throw refuse(
        `Invalid JSON payload received. Unknown name "${name}"${at === '' ? '' : ` at '${at}'`}: Cannot find field.`,
      );
    if (field !== null) read[camel(name)] = field;
  }
  return read;
}

const schemaFields = new Set(
  (
    'type format title description nullable enum maxItems minItems properties required minProperties maxProperties ' +
    'minLength maxLength pattern example anyOf propertyOrdering default items minimum maximum'
  ).split(' '),
);

/** Gemini's Schema is a part of OpenAPI's; JSON Schema belongs into `parametersJsonSchema` and `responseJsonSchema`. */
export function checkSchema(schema: unknown, at: string): void {
  const read = readFields(schema, schemaFields, at);
  if (Array.isArray(read.type))
    throw refuse(`Invalid value at '${at}.type': Proto field is not repeating, cannot start list.`);
  if (isObject(read.properties))
    for (const [name, property] of Object.entries(read.properties))
      checkSchema(property, `${at}.properties[${name}]`);
  if (read.items !== undefined) checkSchema(read.items, `${at}.items`);
  if (Array.isArray(read.anyOf))
    read.anyOf.forEach((one, index) => checkSchema(one, `${at}.any_of[${index}]`));
}
