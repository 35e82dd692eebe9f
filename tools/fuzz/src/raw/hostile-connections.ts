import type { Random } from '@tokenroute/chaos';
import { chat, goodPost, head, type HostileBytes, post, withKey } from './http-text.js';

const keepAlive = (headers: string) => `GET /v1/models HTTP/1.1\r\nHost: a.example\r\n${headers}\r\n`;
const stays = `POST /v1/chat/completions HTTP/1.1\r\nHost: a.example\r\n${withKey}Content-Length: ${chat.length}\r\n\r\n${chat}`;

const followers = [
  keepAlive(withKey),
  keepAlive(''),
  stays,
  stays.replace('Hello', 'Hallo'),
  `POST /v1/chat/completions HTTP/1.1\r\nHost: a.example\r\n${withKey}Content-Length: 2\r\n\r\n{}`,
  'GET /nowhere HTTP/1.1\r\nHost: a.example\r\n\r\n',
  '\r\n\r\n',
  'GARBAGE\r\n\r\n',
];

/** Many requests in one piece, requests that stop, clients that leave. */
export const connections: ((random: Random) => HostileBytes)[] = [
  (random) => {
    const count = random.whole(2, 30);
    const requests = Array.from({ length: count }, () => random.pick(followers));
    return { what: `${count} requests at once`, pieces: [requests.join('') + head('GET', '/v1/models')] };
  },
  (random) => {
    const at = random.whole(1, goodPost.length - 1);
    return {
      what: `a request that stops after ${at} bytes`,
      pieces: [goodPost.slice(0, at)],
      isComplete: false,
      breaksOff: random.chance(0.5),
    };
  },
  (random) => {
    const at = random.whole(1, goodPost.length - 1);
    return { what: `a request in two pieces`, pieces: [goodPost.slice(0, at), goodPost.slice(at)] };
  },
  () => ({ what: 'a client that leaves at once', pieces: [goodPost], breaksOff: true, isComplete: false }),
  () => ({
    what: 'a body that nobody waits for',
    pieces: [post(`Expect: 100-continue\r\nContent-Length: ${chat.length}\r\n`), chat],
  }),
  () => ({ what: 'nothing', pieces: [''], isComplete: false }),
];
