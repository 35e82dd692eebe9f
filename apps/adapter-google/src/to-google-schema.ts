import { Fault } from '@tokenroute/faults';

type Schema = Record<string, unknown>;

/** Nested references multiply: past this many nodes a schema is not worth what it costs to write out. */
const maxNodes = 5_000;

/** Taken over as they are: https://ai.google.dev/api/caching#Schema */
const plainKeywords = [
  'title',
  'description',
  'nullable',
  'maxItems',
  'minItems',
  'minProperties',
  'maxProperties',
  'minLength',
  'maxLength',
  'pattern',
  'example',
  'default',
  'minimum',
  'maximum',
];

const formats: Record<string, readonly string[]> = {
  string: ['enum', 'date-time'],
  number: ['float', 'double'],
  integer: ['int32', 'int64'],
};

/**
 * JSON Schema as the part of OpenAPI's that models before Gemini 2.5 take (rule 32): references written out, lists of
 * types and `null` as `nullable`, everything the API does not know left out, its sense kept in the description where
 * it is one word. A reference to itself becomes a plain object.
 * @throws Fault invalid-request naming `param` when the schema grows beyond reason or a reference leads nowhere
 */
export function toGoogleSchema(schema: Schema, param: string): Schema {
  return new SchemaWriter(schema, param).write(schema, []);
}

class SchemaWriter {
  private nodes = 0;

  constructor(
    private readonly root: Schema,
    private readonly param: string,
  ) {}

  /** @param trail the references that are being written out */
  write(value: unknown, trail: readonly string[]): Schema {
    this.nodes += 1;
    if (this.nodes > maxNodes) throw this.fault('is too large once its references are written out');
    // `true`, or nothing: any value will do, which this dialect cannot say.
    if (!isSchema(value)) return { type: 'string' };
    if (typeof value['$ref'] === 'string') return this.reference(value, value['$ref'], trail);
    if (Array.isArray(value['allOf'])) return this.write(this.merged(value, value['allOf'], trail), trail);
    const alternatives = value['anyOf'] ?? value['oneOf'];
    if (Array.isArray(alternatives)) return this.union(value, alternatives, trail);
    if (Array.isArray(value['type'])) return this.union(value, typesOf(value, value['type']), trail);
    return this.single(value, trail);
  }

  private reference(schema: Schema, pointer: string, trail: readonly string[]): Schema {
    const { $ref: _pointer, ...beside } = schema;
    if (trail.includes(pointer)) return { type: 'object', ...described(beside) };
    const target = this.resolve(pointer);
    return this.write(isSchema(target) ? { ...target, ...beside } : target, [...trail, pointer]);
  }

  /** Siblings of `allOf` and all its members, references written out first, as one schema. */
  private merged({ allOf: _all, ...beside }: Schema, members: unknown[], trail: readonly string[]): Schema {
    const all = [...members.map((member) => this.resolved(member, trail)), beside];
    const merged: Schema = Object.assign({}, ...all) as Schema;
    const properties = all.map((one) => one['properties']).filter(isSchema);
    const required = all.flatMap((one) =>
      Array.isArray(one['required']) ? (one['required'] as unknown[]) : [],
    );
    if (properties.length > 0) merged['properties'] = Object.assign({}, ...properties);
    if (required.length > 0) merged['required'] = [...new Set(required)];
    return merged;
  }

  private resolved(member: unknown, trail: readonly string[]): Schema {
    this.nodes += 1;
    if (this.nodes > maxNodes) throw this.fault('is too large once its references are written out');
    if (!isSchema(member)) return {};
    const pointer = member['$ref'];
    if (typeof pointer === 'string') {
      if (trail.includes(pointer)) return {};
      const { $ref: _pointer, ...beside } = member;
      return { ...this.resolved(this.resolve(pointer), [...trail, pointer]), ...beside };
    }
    return Array.isArray(member['allOf']) ? this.merged(member, member['allOf'], trail) : member;
  }

  private union(schema: Schema, members: unknown[], trail: readonly string[]): Schema {
    const { anyOf: _any, oneOf: _one, ...beside } = schema;
    const values = members.filter((member) => !isNull(member));
    const nullable = values.length < members.length && { nullable: true };
    if (values.length === 1 && isSchema(values[0])) {
      return { ...this.write({ ...withoutTypes(beside), ...values[0] }, trail), ...nullable };
    }
    const { title: _title, description: _description, ...shared } = beside;
    const anyOf = values.map((member) =>
      // Alternatives that only say what else is required: the properties stand beside them.
      this.write('properties' in shared ? { allOf: [shared, member] } : member, trail),
    );
    return { ...described(beside), ...nullable, ...(anyOf.length > 0 ? { anyOf } : { type: 'string' }) };
  }

  private single(schema: Schema, trail: readonly string[]): Schema {
    const type = typeOf(schema);
    const written: Schema = { type };
    for (const keyword of plainKeywords) {
      if (schema[keyword] != null) written[keyword] = schema[keyword];
    }
    if (type === 'object') this.object(schema, written, trail);
    if (type === 'array') written['items'] = this.items(schema, trail);
    limits(schema, type, written);
    choices(schema, type, written);
    if (typeof schema['format'] === 'string') {
      if (formats[type]?.includes(schema['format'])) written['format'] = schema['format'];
      else note(written, `format: ${schema['format']}`);
    }
    return written;
  }

  private object(schema: Schema, written: Schema, trail: readonly string[]): void {
    if (!isSchema(schema['properties'])) return;
    const properties = Object.entries(schema['properties']);
    if (properties.length === 0) return;
    written['properties'] = Object.fromEntries(
      properties.map(([name, property]) => [name, this.write(property, trail)]),
    );
    const names = properties.map(([name]) => name);
    const required = Array.isArray(schema['required'])
      ? names.filter((name) => (schema['required'] as unknown[]).includes(name))
      : [];
    if (required.length > 0) written['required'] = required;
    // The order in which the values are asked for; without it these models sort them by name.
    written['propertyOrdering'] = names;
  }

  private items(schema: Schema, trail: readonly string[]): Schema {
    const tuple = schema['prefixItems'] ?? schema['items'];
    return Array.isArray(tuple)
      ? this.union({}, tuple as unknown[], trail)
      : this.write(schema['items'], trail);
  }

  private resolve(pointer: string): unknown {
    if (pointer !== '#' && !pointer.startsWith('#/')) throw this.fault(`has a reference to ${pointer}`);
    let found: unknown = this.root;
    for (const step of pointer.split('/').slice(1)) {
      const key = decodeStep(step);
      const holds = typeof found === 'object' && found !== null && Object.hasOwn(found, key);
      if (!holds) throw this.fault(`has a reference to ${pointer}, which is not there`);
      found = (found as Schema)[key];
    }
    return found;
  }

  private fault(what: string): Fault {
    return new Fault('invalid-request', `${this.param}: the schema ${what}.`, { param: this.param });
  }
}

function decodeStep(step: string): string {
  const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNull(member: unknown): boolean {
  return isSchema(member) && (member['type'] === 'null' || ('const' in member && member['const'] === null));
}

/** `type: ['string', 'null']` as alternatives; each keeps the keywords that stand beside the list. */
function typesOf({ type: _type, ...beside }: Schema, types: unknown[]): Schema[] {
  return types.map((type) => (type === 'null' ? { type } : { ...beside, type }));
}

function withoutTypes({ type: _type, ...beside }: Schema): Schema {
  return beside;
}

function described(schema: Schema): Schema {
  const { title, description } = schema;
  return { ...(title != null && { title }), ...(description != null && { description }) };
}

/** Every schema has to name its type, also those that leave it to the reader. */
function typeOf(schema: Schema): string {
  if (typeof schema['type'] === 'string') return schema['type'].toLowerCase();
  if ('properties' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema) return 'array';
  const value = Array.isArray(schema['enum']) ? (schema['enum'][0] as unknown) : schema['const'];
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return 'string';
}

function limits(schema: Schema, type: string, written: Schema): void {
  const { exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  if (typeof above === 'number') {
    if (type === 'integer') written['minimum'] = Math.floor(above) + 1;
    else note(written, `more than ${above}`);
  }
  if (typeof below === 'number') {
    if (type === 'integer') written['maximum'] = Math.ceil(below) - 1;
    else note(written, `less than ${below}`);
  }
}

/** Only strings can be enumerated here. */
function choices(schema: Schema, type: string, written: Schema): void {
  const values = Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : undefined;
  const allowed = values ?? ('const' in schema ? [schema['const']] : undefined);
  if (allowed === undefined) return;
  if (allowed.includes(null)) written['nullable'] = true;
  const named = allowed.filter((value) => value !== null);
  if (type === 'string' && named.every((value) => typeof value === 'string')) written['enum'] = named;
  else note(written, `one of ${named.map((value) => JSON.stringify(value)).join(', ')}`);
}

function note(written: Schema, text: string): void {
  const before = typeof written['description'] === 'string' ? `${written['description']} ` : '';
  written['description'] = `${before}(${text})`;
}
