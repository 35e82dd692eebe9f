import { describeAdapterContract } from '@tokenroute/adapter-testing';
import { mistralDialect } from './mistral.adapter.js';

describeAdapterContract(mistralDialect('key'), new URL('./fixtures/', import.meta.url));
