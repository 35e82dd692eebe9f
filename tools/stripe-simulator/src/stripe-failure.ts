/** A failure as Stripe tells it: https://docs.stripe.com/api/errors */
export class StripeFailure extends Error {
  constructor(
    readonly status: number,
    readonly error: { type: string; code?: string; decline_code?: string; param?: string; message: string },
  ) {
    super(error.message);
  }
}

export function missing(what: string, id: string): StripeFailure {
  return new StripeFailure(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    param: 'id',
    message: `No such ${what}: '${id}'`,
  });
}

export function invalid(param: string, message: string): StripeFailure {
  return new StripeFailure(400, { type: 'invalid_request_error', param, message });
}

export function unexpectedState(message: string): StripeFailure {
  return new StripeFailure(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message,
  });
}
