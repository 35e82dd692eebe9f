import { readConfig } from './config.js';

describe('readConfig', () => {
  const before = process.env;
  afterEach(() => {
    process.env = before;
  });

  test('Anthropic itself is where requests go unless told otherwise', () => {
    process.env = { ANTHROPIC_API_KEY: 'sk-ant-1' };
    expect(readConfig()).toMatchObject({
      ANTHROPIC_BASE_URL: 'https://api.anthropic.com',
      HTTP_PORT: 8312,
      GRPC_PORT: 7312,
    });
  });
});
