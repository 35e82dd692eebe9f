import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

const bytesPerId = 16;
const random = Buffer.alloc(256 * bytesPerId);
let used = random.length;

/** A UUID of version 7, its randomness drawn for many at once: asking for 16 bytes costs as much as for 4,096. */
export function newRequestId(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  return uuidv7({ random: random.subarray(used, (used += bytesPerId)) });
}
