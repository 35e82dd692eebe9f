import { connect } from 'node:net';
import { keyPlaceholder, type RawCase } from '../fuzz-case.js';
import type { Answer } from './exchange.js';
import { readAnswers } from './read-answers.js';

/** How long an answer may take that has to come, on a machine that is busy with other work too. */
const answerMs = 20_000;
/** How long one is waited for that the gateway may be unable to give before more comes. */
const patienceMs = 25;
/** From the client's end to the gateway's. */
const closeMs = 20_000;

/**
 * Writes the bytes on a connection of their own and reads until the gateway ends it. When the case says that all has been
 * said the gateway has to end it by itself; otherwise the client ends its side after a moment.
 */
export function sendRaw(
  { pieces, isComplete, breaksOff }: RawCase,
  { port, secret }: { port: number; secret: string },
): Promise<{ answers: Answer[]; silence?: string }> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const received: Buffer[] = [];
    let silence: string | undefined;
    let closing: NodeJS.Timeout | undefined;
    const end = () => {
      if (isComplete) silence = 'no end of the connection after a complete request';
      if (breaksOff) socket.destroy();
      else socket.end();
      closing = setTimeout(() => {
        silence = 'no end of the connection after its client’s';
        socket.destroy();
      }, closeMs);
    };
    const waiting = setTimeout(end, isComplete ? answerMs : patienceMs);
    socket.on('data', (bytes: Buffer) => received.push(bytes));
    socket.on('end', () => socket.end());
    // A server that has said no may reset what still comes.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(waiting);
      clearTimeout(closing);
      resolve({ answers: readAnswers(Buffer.concat(received)), ...(silence !== undefined && { silence }) });
    });
    for (const piece of pieces) socket.write(withSecret(piece, secret));
  });
}

function withSecret(piece: Buffer, secret: string): Buffer {
  if (!piece.includes(keyPlaceholder)) return piece;
  return Buffer.from(piece.toString('latin1').replaceAll(keyPlaceholder, secret), 'latin1');
}
