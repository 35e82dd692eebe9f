import fc from 'fast-check';
import { cut, toAnswerCall, toCall } from './translation.js';

test('cutting bytes loses none and keeps their order', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.array(fc.nat()), (bytes, places) => {
      expect(Buffer.concat(cut(bytes, places)).equals(bytes)).toBe(true);
    }),
  );
});

test('a plain call asks for no stream, whatever the fixture did', () => {
  const call = toCall({ model: 'm', stream: true, stream_options: { include_usage: true } }, 'plain');
  expect(call.stream).toBe(false);
  expect(JSON.parse(call.body.toString())).toEqual({ model: 'm' });
});

test('the answer’s side knows the model by an id of the client’s', () => {
  const call = toAnswerCall({ model: 'm' }, 'stream');
  expect(call.upstreamModel).toBe('m');
  expect(call.publicModel).not.toBe('m');
});
