export interface Answer {
  status: number;
  text: string;
}

/** https://docs.stripe.com/api/idempotent_requests: the first answer again, whatever it was. */
export class IdempotencyKeys {
  private readonly answers = new Map<string, { request: string; answer: Answer }>();

  answer(key: string | undefined, request: string, work: () => Answer): Answer {
    if (key === undefined) return work();
    const known = this.answers.get(key);
    if (known === undefined) {
      const answer = work();
      this.answers.set(key, { request, answer });
      return answer;
    }
    if (known.request === request) return known.answer;
    const message = 'Keys for idempotent requests can only be used with the same parameters.';
    return { status: 400, text: JSON.stringify({ error: { type: 'idempotency_error', message } }) };
  }
}
