import { describeAdapterContract } from '@tokenroute/adapter-testing';
import { deepSeekDialect } from './deepseek.adapter.js';

describeAdapterContract(deepSeekDialect, new URL('./fixtures/', import.meta.url));
