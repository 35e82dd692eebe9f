import { describeAdapterContract } from '@tokenroute/adapter-testing';
import { anthropicDialect } from './anthropic.adapter.js';

describeAdapterContract(
  anthropicDialect(() => 1_790_000_000),
  new URL('./fixtures/', import.meta.url),
);
