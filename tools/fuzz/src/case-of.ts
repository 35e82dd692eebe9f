import { Random } from '@tokenroute/chaos';
import { chatCase } from './chat/chat-case.js';
import type { FuzzCase } from './fuzz-case.js';
import { rawCase } from './raw/raw-case.js';

const rawShare = 0.2;

/** The case of this number: from the seed alone, and without drawing those before it. */
export function caseOf(seed: number, index: number): FuzzCase {
  const random = new Random(Math.imul(seed, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca6b)).fork();
  return random.chance(rawShare) ? rawCase(random, index) : chatCase(random, index);
}
