import { connect } from 'node:net';

/**
 * Connects to 127.0.0.1, says something when there is something to say, and gives back what came until the wanted
 * pattern was seen; undefined when nothing listens or the pattern did not come in time.
 */
export function askTcp(
  port: number,
  question: string,
  wanted: RegExp,
  host = '127.0.0.1',
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host });
    const finish = (result: string | undefined) => {
      socket.destroy();
      resolve(result);
    };
    socket.setEncoding('utf8');
    socket.setTimeout(2_000, () => finish(undefined));
    socket.once('error', () => finish(undefined));
    socket.once('close', () => finish(undefined));
    socket.once('connect', () => socket.write(question));
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (wanted.test(answer)) finish(answer);
    });
  });
}
