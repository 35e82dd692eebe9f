import { readAnswers } from './read-answers.js';

const read = (text: string) => readAnswers(Buffer.from(text)).map(({ status, body }) => [status, body]);

test('answers with lengths, in chunks and without either follow each other', () => {
  const text =
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab' +
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ncd\r\n3\r\nefg\r\n0\r\n\r\n' +
    'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nrest';
  expect(read(text)).toEqual([
    [200, 'ab'],
    [200, 'cdefg'],
    [400, 'rest'],
  ]);
});

test('an interim answer is none, and that to a HEAD has no body', () => {
  const text =
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n' +
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
  expect(read(text)).toEqual([
    [404, ''],
    [200, ''],
  ]);
});

test('names are in lower case; what broke off in its head is left out', () => {
  const [answer, ...others] = readAnswers(Buffer.from('HTTP/1.1 200 OK\r\nX-A: b: c\r\n\r\nHTTP/1.1 200'));
  expect(answer!.headers).toEqual({ 'x-a': 'b: c' });
  expect(others).toEqual([]);
});
