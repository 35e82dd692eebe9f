import { notFoundMessage } from './not-found-message.js';

describe('notFoundMessage', () => {
  test.each(['/v1/embeddings', '/v1/responses', '/v1/completions', '/v1/assistants/a1'])(
    'says of %s that it is not offered yet, and what is',
    (path) => {
      expect(notFoundMessage('POST', path)).toMatch(
        /is not offered yet\. What is: POST \/v1\/chat\/completions/,
      );
    },
  );

  test('says of a path nobody knows what there is', () => {
    expect(notFoundMessage('GET', '/v1/modles')).toMatch(
      /^There is no GET \/v1\/modles here\. What there is:/,
    );
  });

  test('does not repeat a path of any length', () => {
    expect(notFoundMessage('GET', `/v1/${'x'.repeat(5_000)}`).length).toBeLessThan(400);
  });
});
