import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { toolFolder } from './repository.js';

const exceptionSchema = z.strictObject({
  /** Id of the recording. */
  case: z.string().min(1),
  /** What fails, as the scripts class it: text, tools, finish, usage, error, schema, …; `native` for the request sent. */
  check: z.string().min(1),
  /** Why the recording, or what it expects, is wrong. */
  reason: z.string().min(20),
});

/** A failure that is right as it is. */
export type ConformanceException = z.infer<typeof exceptionSchema>;

/** @throws ZodError when the file is not a list of exceptions */
export function readExceptions(file = join(toolFolder, 'exceptions.json')): ConformanceException[] {
  return z.array(exceptionSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
}
