import { lintFromString, createConfig } from '@redocly/openapi-core';
import { openApiDocument } from './openapi-document.js';
import { componentSchemas, providersKeyword } from './schemas.js';
import { parameterTable } from './parameter-table.js';

const gateway = { models: [], maxBodyBytes: 1_000, maxConcurrentRequestsPerKey: 5 };

test('the description is correct OpenAPI 3.1, and all it refers to is there', async () => {
  const config = await createConfig({
    rules: { struct: 'error', 'no-unresolved-refs': 'error', 'no-invalid-media-type-examples': 'error' },
  });
  const source = JSON.stringify(openApiDocument(gateway));
  expect(await lintFromString({ source, config })).toEqual([]);
});

test('every parameter of the table is described with what becomes of it and with an example', () => {
  const { properties } = componentSchemas(['gpt-4o-mini'])['ChatCompletionRequest'] as any;
  expect(Object.keys(properties)).toEqual([...Object.keys(parameterTable), 'max_cost']);
  for (const [name, fates] of Object.entries(parameterTable)) {
    expect(properties[name]).toMatchObject({
      description: expect.any(String),
      examples: expect.any(Array),
      [providersKeyword]: fates,
    });
  }
});

test('what this installation admits is told', () => {
  const { description } = openApiDocument(gateway).paths['/v1/chat/completions']!['post'] as any;
  expect(description).toContain('1000 bytes');
  expect(description).toContain('5 requests');
});
