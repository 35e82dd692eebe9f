import { describeAdapterContract } from '@tokenroute/adapter-testing';
import { openAiDialect } from './openai.adapter.js';

describeAdapterContract(openAiDialect, new URL('./fixtures/', import.meta.url));
