import { z } from 'zod';

// What the schemas of several routes are made of. Amounts travel as whole nano-USD in decimal text: JSON's numbers are floats.

export const nanoUsdText = z.string().regex(/^-?\d{1,19}$/, 'must be whole nano-USD');
export const picoUsdText = z.string().regex(/^\d{1,19}$/, 'must be whole pico-USD');
export const timestamp = z.iso.datetime();
export const uuid = z.uuid();

export function timestampOf(date: Date | undefined): string | null {
  return date?.toISOString() ?? null;
}
