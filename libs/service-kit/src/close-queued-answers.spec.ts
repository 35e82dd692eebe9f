import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { closeQueuedAnswers } from './close-queued-answers.js';

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const last = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

describe('answers to requests of one connection', () => {
  let server: Server;
  let closed: number;
  let answers: ServerResponse[];

  beforeEach(async () => {
    closed = 0;
    answers = [];
    server = createServer((_request, response) => {
      answers.push(response);
      response.once('close', () => (closed += 1));
    });
    closeQueuedAnswers(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  afterEach(() => server.close());

  const open = () => connect((server.address() as AddressInfo).port, '127.0.0.1');

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
  }

  test('all close when their client goes away, those whose turn had not come, too', async () => {
    const socket = open();
    socket.write(get.repeat(20));
    await until(() => answers.length === 20);
    socket.destroy();
    await until(() => closed === 20);
    expect(answers.every(({ destroyed }) => destroyed)).toBe(true);
    // Who still writes hurts nobody.
    for (const answer of answers) answer.end('late');
  });

  test('come in their order, whichever is there first, and close once each', async () => {
    const socket = open();
    socket.write(get.repeat(2) + last);
    const received = text(socket);
    await until(() => answers.length === 3);
    for (const index of [2, 0, 1]) answers[index]!.end(`answer ${index}`);
    expect((await received).match(/answer \d/g)).toEqual(['answer 0', 'answer 1', 'answer 2']);
    await until(() => closed === 3);
  });
});
