import { z } from 'zod';

/** A schema of JSON Schema 2020-12, which OpenAPI 3.1 uses as it is. */
export type JsonSchema = { [keyword: string]: unknown };

/** Schemas by name; where one is part of another it is referred to, as `#/components/schemas/Name`. */
export function toJsonSchemas(named: Readonly<Record<string, z.ZodType>>): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => reference(id).$ref, override: tidy });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _dialect, $id: _address, ...schema }]) => [name, schema]),
  );
}

export function reference(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** One object with the members of all. */
export function mergedObjects(...schemas: JsonSchema[]): JsonSchema {
  const members = Object.assign({}, ...schemas.map(({ properties }) => properties)) as JsonSchema;
  const required = schemas.flatMap((schema) => (schema['required'] as string[] | undefined) ?? []);
  return { ...schemas[0], properties: members, required };
}

/** What any number of JSON or any object says already is not said. */
function tidy({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema['minimum'] === Number.MIN_SAFE_INTEGER) delete jsonSchema['minimum'];
  if (jsonSchema['maximum'] === Number.MAX_SAFE_INTEGER) delete jsonSchema['maximum'];
  const { additionalProperties: others } = jsonSchema;
  if (typeof others === 'object' && others !== null && Object.keys(others).length === 0)
    delete jsonSchema['additionalProperties'];
}
