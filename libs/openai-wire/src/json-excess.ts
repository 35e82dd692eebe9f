import { endOfJsonString } from './json-members.js';

/** Levels of arrays and objects. What walks a value level by level would run out of stack at some thousands. */
export const mostJsonLevels = 128;
/** Values, however small. A request of 20 MB can hold ten million, and everybody waits while they are built. */
export const mostJsonValues = 100_000;

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Tells what a JSON text has too much of, without building anything; strings are passed over whole.
 * @param json of text that is no JSON the answer has no meaning
 */
export function jsonExcess(json: string): 'levels' | 'values' | null {
  let levels = 0;
  let values = 1;
  for (let at = 0; at < json.length; at += 1) {
    switch (json.charCodeAt(at)) {
      case quote:
        at = endOfJsonString(json, at) - 1;
        break;
      case openBracket:
      case openBrace:
        levels += 1;
        if (levels > mostJsonLevels) return 'levels';
        values += 1;
        break;
      case closeBracket:
      case closeBrace:
        levels -= 1;
        break;
      case comma:
        values += 1;
        if (values > mostJsonValues) return 'values';
        break;
    }
  }
  return null;
}
