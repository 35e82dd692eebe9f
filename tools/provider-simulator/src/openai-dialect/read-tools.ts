import { asText, isObject, type OutputForm, type Tool, type ToolChoice } from '../ask.js';
import type { Refuse } from './read-parts.js';

export function readTools(value: unknown, refuse: Refuse): Tool[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw refuse("Invalid type for 'tools': expected an array.", 'tools', value);
  return value.map((tool: unknown, index) => {
    const at = `tools[${index}]`;
    if (!isObject(tool) || tool.type !== 'function' || !isObject(tool.function))
      throw refuse(`Invalid value for '${at}.type': supported value is 'function'.`, `${at}.type`, tool);
    const { name, parameters } = tool.function;
    if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(name))
      throw refuse(
        `Invalid '${at}.function.name': expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
        `${at}.function.name`,
        name,
      );
    return { name, schema: parameters ?? { type: 'object', properties: {} } };
  });
}

/** `any` is Mistral's word for `required`. */
export function readToolChoice(
  value: unknown,
  tools: Tool[],
  refuse: Refuse,
  words = ['none', 'auto', 'required'],
): ToolChoice {
  if (value === undefined || value === null) return { kind: 'auto' };
  if (tools.length === 0 && value !== 'none' && value !== 'auto')
    throw refuse(
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
      'tool_choice',
      value,
    );
  if (isObject(value) && isObject(value.function) && typeof value.function.name === 'string') {
    const { name } = value.function;
    if (!tools.some((tool) => tool.name === name))
      throw refuse(`Tool choice '${name}' not found in 'tools' parameter.`, 'tool_choice', value);
    return { kind: 'one', name };
  }
  if (typeof value !== 'string' || !words.includes(value))
    throw refuse(
      `Invalid value for 'tool_choice': supported values are ${words.join(', ')}.`,
      'tool_choice',
      value,
    );
  return value === 'auto' || value === 'none' ? { kind: value } : { kind: 'required' };
}

export function readResponseFormat(
  value: unknown,
  refuse: Refuse,
  types = ['text', 'json_object', 'json_schema'],
): OutputForm {
  if (value === undefined || value === null) return { kind: 'text' };
  if (!isObject(value) || typeof value.type !== 'string' || !types.includes(value.type))
    throw refuse(
      `Invalid value for 'response_format.type': supported values are ${types.join(', ')}.`,
      'response_format.type',
      value,
    );
  if (value.type === 'text') return { kind: 'text' };
  if (value.type === 'json_object') return { kind: 'json' };
  const form = value.json_schema;
  if (!isObject(form) || typeof form.name !== 'string')
    throw refuse(
      "Missing required parameter: 'response_format.json_schema.name'.",
      'response_format.json_schema.name',
    );
  const schema = form.schema ?? form.schema_definition;
  if (!isObject(schema))
    throw refuse(
      "Missing required parameter: 'response_format.json_schema.schema'.",
      'response_format.json_schema.schema',
    );
  return { kind: 'json-schema', schema };
}

export function readStop(value: unknown): string[] {
  return typeof value === 'string' ? [value] : Array.isArray(value) ? value.map(asText) : [];
}

export function readLimit(value: unknown, param: string, refuse: Refuse): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value) || Number(value) < 1)
    throw refuse(`Invalid '${param}': integer below minimum value. Expected a value >= 1.`, param, value);
  return Number(value);
}

export function readInRange(
  value: unknown,
  param: string,
  least: number,
  most: number,
  refuse: Refuse,
): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'number' || value < least || value > most)
    throw refuse(`Invalid '${param}': expected a number between ${least} and ${most}.`, param, value);
}
