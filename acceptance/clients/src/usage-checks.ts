import assert from 'node:assert/strict';
import type OpenAI from 'openai';
import { formatUsd, nanoUsd } from '@tokenroute/money';
import { client } from '../samples/openai.js';
import { chargeOf, type TokenUsage } from './charge-of.js';
import type { Checks } from './checks.js';
import type { OfferedModel, Provider } from './offered-models.js';
import { type BookedRequest, type Customer, initialNanoUsd, type Product } from './product.js';

const nothing: TokenUsage = {
  input: 0,
  cached: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  audio: 0,
  output: 0,
  reasoning: 0,
};

/** What each provider counts apart, by `owned_by`, as the simulator can report it. */
export const countedApart: Record<string, Partial<TokenUsage>> = {
  openai: { cached: 301, audio: 103, reasoning: 53 },
  anthropic: { cached: 301, cacheWrite5m: 107, cacheWrite1h: 211, reasoning: 53 },
  google: { cached: 301, audio: 103, reasoning: 53 },
  deepseek: { cached: 301, reasoning: 53 },
  mistralai: { cached: 301 },
};

const modes = [
  { mode: 'plain', stream: false },
  { mode: 'stream', stream: true },
];

interface Answered {
  text: string;
  usage: OpenAI.CompletionUsage | null;
  chargedNanoUsd: bigint;
  booked: BookedRequest;
  /** The charge can be reckoned for either moment. */
  begunAt: Date;
  endedAt: Date;
}

/** Usage as the client and the books see it, and the charge to the nano-USD. */
export async function checkUsage(checks: Checks, product: Product, provider: Provider): Promise<void> {
  const customer = await product.createCustomer();
  const { name, cheapest, models } = provider;
  for (const { mode, stream } of modes) {
    const title = (what: string, model = cheapest) => `openai · ${name}, ${model.id} · ${what}, ${mode}`;
    const ask = (model: OfferedModel, script: string) =>
      answerOf(product, customer, { model: model.id, stream }, script);

    await checks.check(title(`usage told apart: ${classesOf(name)}`), async () => {
      const usage = { ...nothing, input: 1_009, output: 211, ...countedApart[name] };
      assertTold(await ask(cheapest, usageScript(usage)), usage, cheapest);
    });
    await checks.check(title('a usage of nothing is nothing and not an estimate'), async () => {
      assertTold(await ask(cheapest, usageScript(nothing)), nothing, cheapest);
    });
    await checks.check(title('no usage is charged as an estimate'), async () => {
      assertEstimated(await ask(cheapest, `no-usage;text=${encodeURIComponent(estimatedText)}`), cheapest);
    });
    for (const model of models.filter(({ pricing }) => pricing.long_context)) {
      await checks.check(title('the price of a long context', model), async () => {
        const above = model.pricing.long_context!.above_input_tokens;
        for (const input of [above, above + 1]) {
          const usage = { ...nothing, input, cached: 1_000, output: 100 };
          assertTold(await ask(model, usageScript(usage)), usage, model);
        }
      });
    }
  }
  await checks.check(`openai · ${name} · the balance fell by what the requests were charged`, async () => {
    const spent = initialNanoUsd - (await product.balanceNanoUsd(customer.accountId));
    assert.equal(spent, await product.chargesNanoUsd(customer.accountId));
  });
}

function classesOf(name: string): string {
  return Object.keys(countedApart[name] ?? {}).join(', ');
}

const estimatedText = 'Forty-two words or fewer, and not one of them counted by whoever wrote them.';

function usageScript(usage: TokenUsage): string {
  const { input, output, cached, cacheWrite5m, cacheWrite1h, reasoning, audio } = usage;
  return (
    `usage=input:${input},output:${output},cached:${cached},cache-write-5m:${cacheWrite5m},` +
    `cache-write-1h:${cacheWrite1h},reasoning:${reasoning},audio:${audio}`
  );
}

async function answerOf(
  product: Product,
  { accountId, key }: Customer,
  { model, stream }: { model: string; stream: boolean },
  script: string,
): Promise<Answered> {
  const ofCustomer = client.withOptions({ apiKey: key });
  const messages = [{ role: 'user' as const, content: `Count. [[sim:${script}]]` }];
  const before = await product.balanceNanoUsd(accountId);
  const begunAt = new Date();
  const { requestId, ...answer } = stream
    ? await readStream(ofCustomer, { model, messages })
    : await readPlain(ofCustomer, { model, messages });
  const endedAt = new Date();
  const chargedNanoUsd = before - (await product.balanceNanoUsd(accountId));
  return { ...answer, chargedNanoUsd, booked: await product.bookedRequest(requestId), begunAt, endedAt };
}

type Request = Pick<OpenAI.ChatCompletionCreateParams, 'model' | 'messages'>;

async function readPlain(from: OpenAI, request: Request) {
  const { data, response } = await from.chat.completions.create(request).withResponse();
  return {
    text: data.choices[0]?.message.content ?? '',
    usage: data.usage ?? null,
    requestId: response.headers.get('x-request-id')!,
  };
}

async function readStream(from: OpenAI, request: Request) {
  const { data, response } = await from.chat.completions
    .create({ ...request, stream: true, stream_options: { include_usage: true } })
    .withResponse();
  let text = '';
  let usage: OpenAI.CompletionUsage | null = null;
  for await (const chunk of data) {
    text += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage ?? usage;
  }
  return { text, usage, requestId: response.headers.get('x-request-id')! };
}

function assertTold(answered: Answered, usage: TokenUsage, model: OfferedModel): void {
  const { booked, chargedNanoUsd } = answered;
  assert.equal(booked.state, 'settled');
  assert.deepEqual(booked.usage, usage, 'what the books have');
  assert.equal(booked.estimated, false, 'it was taken for an estimate');
  assertClientSaw(answered.usage, usage, formatUsd(nanoUsd(chargedNanoUsd)));
  assertCharge(answered, usage, model);
}

function assertClientSaw(seen: OpenAI.CompletionUsage | null, usage: TokenUsage, cost: string): void {
  assert.ok(seen, 'the client saw no usage');
  const input = seen.prompt_tokens_details as Record<string, number> | undefined;
  assert.deepEqual(
    {
      prompt: seen.prompt_tokens,
      completion: seen.completion_tokens,
      total: seen.total_tokens,
      cached: input?.['cached_tokens'] ?? 0,
      cacheWrite: input?.['cache_write_tokens'] ?? 0,
      audio: input?.['audio_tokens'] ?? 0,
      reasoning: seen.completion_tokens_details?.reasoning_tokens ?? 0,
      cost: (seen as { cost?: unknown }).cost,
    },
    {
      prompt: usage.input,
      completion: usage.output,
      total: usage.input + usage.output,
      cached: usage.cached,
      cacheWrite: usage.cacheWrite5m + usage.cacheWrite1h,
      audio: usage.audio,
      reasoning: usage.reasoning,
      cost,
    },
    'what the client saw',
  );
}

function assertCharge(answered: Answered, usage: TokenUsage, { pricing }: OfferedModel): void {
  const { begunAt, endedAt, chargedNanoUsd, booked } = answered;
  assert.equal(booked.chargedNanoUsd, chargedNanoUsd, 'the books charge what the balance fell by');
  const expected = [begunAt, endedAt].map((at) => chargeOf(usage, pricing, at));
  assert.ok(expected.includes(chargedNanoUsd), `charged ${chargedNanoUsd} nano-USD, reckoned ${expected[1]}`);
}

function assertEstimated(answered: Answered, model: OfferedModel): void {
  const { booked, chargedNanoUsd, text, usage } = answered;
  assert.equal(text, estimatedText);
  assert.equal(usage, null, 'the client was told a usage that nobody counted');
  assert.equal(booked.state, 'settled');
  assert.ok(booked.estimated, 'the books do not say that it is an estimate');
  assert.ok(
    booked.usage.input > 0 && booked.usage.output >= Math.ceil(text.length / 4),
    'too little was counted',
  );
  assert.ok(
    chargedNanoUsd > 0n && chargedNanoUsd <= booked.heldNanoUsd,
    `charged ${chargedNanoUsd} nano-USD`,
  );
  assertCharge(answered, booked.usage, model);
}
