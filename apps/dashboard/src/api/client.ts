import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

export type Schemas = components['schemas'];

/** A refusal as the server told it; `message` may be shown. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly param: string | null = null,
  ) {
    super(message);
  }
}

const client = createClient<paths>({ headers: { 'x-tokenroute-page': '1' } });

client.use({
  async onResponse({ response }) {
    if (!response.ok) throw await toApiError(response);
  },
  onError({ error }) {
    return error instanceof ApiError ? error : new ApiError(0, 'offline', 'The server cannot be reached.');
  },
});

/** Our own API, typed by its OpenAPI description. Throws ApiError. */
export const api = client;

/** What a call of `api` was answered with: anything but success was thrown. */
export async function dataOf<Data>(call: Promise<{ data?: Data }>): Promise<Data> {
  const { data } = await call;
  return data as Data;
}

export async function toApiError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as {
    error?: { code?: string; message?: string; param?: string | null };
    code?: string;
    message?: string;
  };
  // auth tells code and message at the top.
  const {
    code = 'unknown',
    message = 'The server could not answer.',
    param = null,
  } = {
    ...body,
    ...body.error,
  };
  return new ApiError(response.status, code, message, param);
}
