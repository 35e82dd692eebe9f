import type { TestCustomer, TestSystem } from '@tokenroute/testing';

/** What one request looked like from the client's side. */
export interface Conversation {
  /** Null: no answer began. */
  requestId: string | null;
  status: number | null;
  /** The whole body came, or `[DONE]`. */
  complete: boolean;
  /** The whole body; null when it was cut off. */
  text: string | null;
}

/**
 * One request that may be cut off at any moment: tells what arrived, never throws.
 * @param onHead called when the answer has begun
 */
export async function converse(
  system: TestSystem,
  customer: TestCustomer,
  body: { stream?: boolean } & Record<string, unknown>,
  onHead?: () => void,
): Promise<Conversation> {
  let requestId: string | null = null;
  let status: number | null = null;
  try {
    const response = await fetch(`${system.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    requestId = response.headers.get('x-request-id');
    status = response.status;
    onHead?.();
    const text = await response.text();
    const complete = status === 200 && (body.stream ? text.endsWith('data: [DONE]\n\n') : true);
    return { requestId, status, complete, text };
  } catch {
    return { requestId, status, complete: false, text: null };
  }
}
