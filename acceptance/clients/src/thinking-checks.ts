import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type OpenAI from 'openai';
import { client } from '../samples/openai.js';
import { answerWithTools } from '../samples/openai-tools.js';
import { weatherFunction } from './clients/openai.js';
import type { Checks } from './checks.js';
import type { Provider } from './offered-models.js';
import type { Product } from './product.js';
import { thinkingModels } from './thinking-models.js';

type Message = OpenAI.ChatCompletionMessage;
type Request = OpenAI.ChatCompletionCreateParamsNonStreaming;
/** Puts an answer's message onto the request and the tools' results after it, until there is an answer in words. */
type Client = (request: Request, run: () => string) => Promise<string | null>;

/** As the simulator thinks. Its signatures, which it checks, vouch for the thoughts of the others. */
const wholeThought = /^Simulated thinking: the prompt has \d+ characters and \d+ tools\.$/;

/**
 * What came back to the provider with the last request: one entry for each turn with a tool call, true when the thoughts
 * that belong to it are there.
 */
const thoughtsByProvider: Record<string, (body: unknown) => boolean[]> = {
  anthropic: (body) =>
    callTurns(body, 'messages', 'content', 'tool_use').map(
      ([first]) => first?.['type'] === 'thinking' && isText(first['thinking']) && isText(first['signature']),
    ),
  google: (body) =>
    callTurns(body, 'contents', 'parts', 'functionCall').map((parts) =>
      parts.some((part) => 'functionCall' in part && isOwnSignature(part['thoughtSignature'])),
    ),
  deepseek: (body) =>
    objects((body as Record<string, unknown>)['messages'])
      .filter((message) => Array.isArray(message['tool_calls']))
      .map((message) => wholeThought.test(String(message['reasoning_content']))),
};

/** A conversation over two questions, each with a tool call, with models that think. */
export async function checkThinking(
  checks: Checks,
  product: Product,
  provider: Provider,
  others: readonly Provider[],
): Promise<void> {
  for (const model of provider.models.filter(({ id }) => thinkingModels.includes(id))) {
    const title = (what: string) => `openai · ${model.owned_by}, ${model.id} · tools while thinking, ${what}`;
    const thoughts = thoughtsByProvider[provider.name]!;
    const bringsBack = async (answer: Client) => {
      const { id } = await converse(model.id, answer);
      const { body } = JSON.parse(await product.requestAtProvider(id)) as { body: unknown };
      const found = thoughts(typeof body === 'string' ? JSON.parse(body) : body);
      assert.deepEqual(found, [true, true], 'thoughts of the two calls that came back to the provider');
    };
    await checks.check(title('plain, the message echoed'), () => bringsBack(answerWithTools));
    await checks.check(title('stream, the message echoed'), () => bringsBack(loop(streamed, echoed)));
    await checks.check(title('plain, extra fields dropped'), async () => {
      await converse(model.id, loop(plain, dropped));
    });
    await checks.check(title('stream, extra fields dropped'), async () => {
      await converse(model.id, loop(streamed, dropped));
    });
    for (const { cheapest } of others) {
      await checks.check(title(`then on with ${cheapest.id}, the message echoed`), async () => {
        const { messages } = await converse(model.id, answerWithTools);
        const id = randomUUID();
        const request: Request = { model: cheapest.id, messages, tools: [weatherFunction] };
        await ask(answerWithTools, request, 'Nice', `[[sim:id=${id}]]`);
        const received = await product.requestAtProvider(id);
        const foreign = ['reasoning_details', 'extra_content', 'signature'];
        assert.deepEqual(
          foreign.filter((thought) => received.includes(thought)),
          [],
          `what only ${model.owned_by} understands, sent to ${cheapest.owned_by}`,
        );
      });
    }
  }
}

/** @returns the messages, and the marker id of its requests */
async function converse(
  model: string,
  answer: Client,
): Promise<{ id: string; messages: Request['messages'] }> {
  const id = randomUUID();
  const messages: Request['messages'] = [];
  const request: Request = { model, messages, tools: [weatherFunction], reasoning_effort: 'high' };
  for (const city of ['Lyon', 'Paris']) await ask(answer, request, city, `[[sim:id=${id}]]`);
  return { id, messages };
}

async function ask(answer: Client, request: Request, city: string, marker = ''): Promise<void> {
  const report = `the weather of ${city} is ${randomUUID()}`;
  request.messages.push({ role: 'user', content: `Use get_weather for ${city}. ${marker}` });
  const said = await answer(request, () => report);
  assert.ok(said?.includes(report), `the answer does not quote the tool: ${JSON.stringify(said)}`);
}

/** The sample's loop with another way of asking and of keeping the answer. */
function loop(send: (request: Request) => Promise<Message>, keep: (message: Message) => Message): Client {
  return async (request, run) => {
    for (;;) {
      const message = await send(request);
      request.messages.push(keep(message));
      if (!message.tool_calls?.length) return message.content;
      for (const { id } of message.tool_calls) {
        request.messages.push({ role: 'tool', tool_call_id: id, content: run() });
      }
    }
  };
}

async function plain(request: Request): Promise<Message> {
  return (await client.chat.completions.create(request)).choices[0]!.message;
}

/** The library gathers the chunks. */
async function streamed(request: Request): Promise<Message> {
  const answer = await client.chat.completions.stream({ ...request, stream: true }).finalChatCompletion();
  return answer.choices[0]!.message;
}

function echoed(message: Message): Message {
  return message;
}

/** Only what OpenAI's own description of the API knows. */
function dropped({ role, content, refusal, tool_calls: calls }: Message): Message {
  const functionCalls = calls?.filter((call) => call.type === 'function');
  return {
    role,
    content,
    refusal,
    ...(functionCalls?.length && {
      tool_calls: functionCalls.map(({ id, type, function: { name, arguments: args } }) => ({
        id,
        type,
        function: { name, arguments: args },
      })),
    }),
  };
}

function callTurns(body: unknown, turns: string, parts: string, call: string): Record<string, unknown>[][] {
  return objects((body as Record<string, unknown>)[turns])
    .map((turn) => objects(turn[parts]))
    .filter((found) => found.some((part) => part['type'] === call || call in part));
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** Not Google's word for a history that comes from elsewhere, which asks not to look at it. */
function isOwnSignature(value: unknown): boolean {
  return isText(value) && value !== 'skip_thought_signature_validator';
}
