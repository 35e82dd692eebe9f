import { describeAdapterContract } from '@tokenroute/adapter-testing';
import { mistralDialect } from './mistral.adapter.js';

describeAdapterContract(mistralDialect, new URL('./fixtures/', import.meta.url));
