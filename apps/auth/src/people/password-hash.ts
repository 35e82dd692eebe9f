import { Algorithm, hash, verify } from '@node-rs/argon2';
import { normalisePassword } from './password-rules.js';

/** Argon2id with OWASP's first choice of parameters: 19 MiB, two passes, one lane; some 20 ms. */
const parameters = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

export function hashPassword(password: string): Promise<string> {
  return hash(normalisePassword(password), parameters);
}

/** False too for a stored text that is no hash. */
export async function isPassword(attempt: { hash: string; password: string }): Promise<boolean> {
  try {
    return await verify(attempt.hash, normalisePassword(attempt.password));
  } catch {
    return false;
  }
}
