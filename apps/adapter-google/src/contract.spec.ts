import { describeAdapterContract } from '@tokenroute/adapter-testing';
import { googleDialect } from './google.adapter.js';

const nothingToFetch = { fetchAll: async () => new Map<string, never>() };

describeAdapterContract(googleDialect(nothingToFetch), new URL('./fixtures/', import.meta.url));
