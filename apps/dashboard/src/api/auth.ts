import { ApiError, toApiError } from './client.js';

/** A call to /api/auth, which is auth's own API. Throws ApiError. */
export async function askAuth<Answer = unknown>(path: string, body?: object): Promise<Answer> {
  const response = await fetch(`/api/auth${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ApiError(0, 'offline', 'The server cannot be reached.');
  });
  if (!response.ok) throw await toApiError(response);
  return (await response.json()) as Answer;
}
