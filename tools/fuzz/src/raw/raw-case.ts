import type { Random } from '@tokenroute/chaos';
import type { RawCase } from '../fuzz-case.js';
import { bodies } from './hostile-bodies.js';
import { connections } from './hostile-connections.js';
import { heads } from './hostile-heads.js';
import type { HostileBytes } from './http-text.js';

const hostile: ((random: Random) => HostileBytes)[] = [...heads, ...bodies, ...connections];

/** Bytes that are not quite HTTP. */
export function rawCase(random: Random, index: number): RawCase {
  const { what, pieces, isComplete = true, breaksOff = false } = random.pick(hostile)(random);
  return { kind: 'raw', index, what, pieces: pieces.map(toBytes), isComplete, breaksOff };
}

/** A character a byte, so that texts can say any byte. */
function toBytes(piece: string | Buffer): Buffer {
  return typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece;
}
