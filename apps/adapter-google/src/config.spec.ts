import { readConfig } from './config.js';

describe('readConfig', () => {
  const before = process.env;
  afterEach(() => {
    process.env = before;
  });

  test('Google itself is where requests go unless told otherwise', () => {
    process.env = { GOOGLE_API_KEY: 'key' };
    expect(readConfig()).toMatchObject({
      GOOGLE_BASE_URL: 'https://generativelanguage.googleapis.com',
      HTTP_PORT: 8313,
      GRPC_PORT: 7313,
    });
  });

  test('what is fetched is bounded unless told otherwise, and no variable lets it inside', () => {
    process.env = { GOOGLE_API_KEY: 'key' };
    const fetching = Object.entries(readConfig()).filter(([name]) => name.startsWith('FETCH_'));
    expect(Object.fromEntries(fetching)).toEqual({
      FETCH_MAX_FILES: 16,
      FETCH_MAX_BYTES: 14_000_000,
      FETCH_TIMEOUT_MS: 15_000,
      FETCH_MAX_REDIRECTS: 3,
      FETCH_MAX_CONCURRENT: 32,
    });
  });
});
