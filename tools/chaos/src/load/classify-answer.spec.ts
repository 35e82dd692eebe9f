import { classifyError, isComplete, type Received } from './classify-answer.js';

const body = (type: string) => JSON.stringify({ error: { message: 'm', type } });
const received = (more: Partial<Received>): Received => ({
  status: 200,
  retryAfter: undefined,
  text: '',
  whole: true,
  connectionError: null,
  ...more,
});

describe('an answer', () => {
  test('of a stream is complete with [DONE] alone', () => {
    expect(isComplete(received({ text: 'data: {}\n\ndata: [DONE]\n\n', whole: false }), true)).toBe(true);
    expect(isComplete(received({ text: 'data: {}\n\n' }), true)).toBe(false);
  });

  test('that is plain is complete with its whole body', () => {
    expect(isComplete(received({ text: '{}' }), false)).toBe(true);
    expect(isComplete(received({ text: '{}', whole: false }), false)).toBe(false);
    expect(isComplete(received({ status: 503 }), false)).toBe(false);
  });
});

describe('an error', () => {
  test.each<[string, Partial<Received>, string | undefined]>([
    ['refused connection', { status: null, connectionError: 'ECONNREFUSED' }, 'transient'],
    ['connection that broke before the answer', { status: null, connectionError: 'ECONNRESET' }, 'ambiguous'],
    ['answer that broke off', { text: 'data: {}\n\n', whole: false }, 'ambiguous'],
    ['stream that says it failed', { text: `data: {}\n\ndata: ${body('upstream_error')}\n\n` }, 'transient'],
    ['stream that ends as if it were whole', { text: 'data: {}\n\n' }, undefined],
    ['stream that failed by our fault', { text: `data: ${body('server_error')}\n\n` }, undefined],
    ['503', { status: 503, retryAfter: '1', text: body('service_unavailable_error') }, 'transient'],
    ['503 without Retry-After', { status: 503, text: body('service_unavailable_error') }, undefined],
    ['502', { status: 502, text: body('upstream_error') }, 'transient'],
    ['402', { status: 402, text: body('insufficient_quota') }, 'definitive'],
    ['401', { status: 401, text: body('authentication_error') }, 'definitive'],
    ['409 that passes', { status: 409, retryAfter: '1', text: body('invalid_request_error') }, 'transient'],
    ['409 that does not', { status: 409, text: body('invalid_request_error') }, 'definitive'],
    ['500', { status: 500, text: body('server_error') }, undefined],
    ['404', { status: 404, text: body('invalid_request_error') }, undefined],
    ['body that is no error of ours', { status: 502, text: '<html>' }, undefined],
    ['error whose body broke off', { status: 500, whole: false }, 'ambiguous'],
  ])('%s', (_name, more, expected) => {
    expect(classifyError(received(more))).toBe(expected);
  });
});
