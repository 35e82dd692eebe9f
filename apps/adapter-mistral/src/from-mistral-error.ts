import type { Fault } from '@tokenroute/faults';
import { toProviderFault } from '@tokenroute/openai-wire';
import { errorSchema, type MistralErrorDetail, providerName } from './mistral-wire.js';

/** Codes of "Invalid model" and its like. */
const modelUnknownTypes = new Set(['invalid_model', 'model_not_found']);

interface ReadError {
  message?: string;
  param?: string;
  modelUnknown: boolean;
}

/** What an error answer means to the customer. https://docs.mistral.ai/resources/error-glossary */
export function fromMistralError(status: number, body: string): Fault {
  const { message, param, modelUnknown } = readError(body);
  return toProviderFault({
    providerName,
    status,
    body,
    message,
    param,
    about: modelUnknown ? 'unknown-model' : 'request',
  });
}

function readError(body: string): ReadError {
  try {
    const { message, detail, type, param } = errorSchema.parse(JSON.parse(body));
    const told = typeof message === 'string' || Array.isArray(message) ? message : message?.detail;
    return {
      param: param ?? undefined,
      ...readDetail(told ?? detail),
      modelUnknown: modelUnknownTypes.has(type ?? ''),
    };
  } catch {
    return { modelUnknown: false };
  }
}

/** The validator names places as ["body", "messages", 0, "user", "name"], with the role where a union was. */
function readDetail(detail: MistralErrorDetail | null | undefined): { message?: string; param?: string } {
  if (typeof detail === 'string') return { message: detail };
  const first = detail?.[0];
  if (!first) return {};
  const [, ...steps] = first.loc ?? [];
  const param = steps
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`))
    .join('');
  return { message: param ? `${param}: ${first.msg ?? 'is invalid'}` : (first.msg ?? undefined), param };
}
