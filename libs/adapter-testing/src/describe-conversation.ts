import { Cancellation, type ProviderDialect } from '@tokenroute/adapter-kit';
import { joinChunks, readChunks } from './chat-chunk.js';
import type { AnswerMessage } from './client-answer.js';
import type { ChatCompletion } from './describe-plain-answer.js';
import type { Scenario } from './scenario.js';
import { toAnswerCall, toCall, translateStream } from './translation.js';

/** A client that only hands the assistant's message back, with what its tools found, is understood. */
export function describeConversation(dialect: ProviderDialect, scenario: Scenario): void {
  const { request, response, stream } = scenario;

  const next = async (message: AnswerMessage) => {
    const messages = [...(request['messages'] as unknown[]), message, ...replies(message)];
    const call = toCall({ ...request, messages }, 'plain');
    const { body } = await dialect.toRequest(call, new Cancellation());
    return body;
  };

  test('a client that echoes the plain answer can go on', async () => {
    const { completed } = dialect.fromResponse(response, toAnswerCall(request, 'plain'));
    const { choices } = JSON.parse(completed.tail.toString()) as ChatCompletion;
    expectCarried(await next(choices[0]!.message), scenario);
  });

  test('a client that echoes the streamed answer can go on', async () => {
    const { sse } = translateStream(dialect, toAnswerCall(request, 'stream'), [Buffer.from(stream)]);
    expectCarried(await next(joinChunks(readChunks(sse)).message), scenario);
  });
}

function replies(message: AnswerMessage): unknown[] {
  const results = (message.tool_calls ?? []).map(({ id }, at) => ({
    role: 'tool',
    tool_call_id: id,
    content: `found by call ${at}`,
  }));
  return results.length > 0 ? results : [{ role: 'user', content: 'And then?' }];
}

function expectCarried(body: string, { expected }: Scenario): void {
  const sent = JSON.stringify(JSON.parse(body));
  if (expected.text.trim() !== '') expect(sent).toContain(JSON.stringify(expected.text.trim()).slice(1, -1));
  expected.toolCalls.forEach(({ name }, at) => {
    expect(sent).toContain(`"${name}"`);
    expect(sent).toContain(`found by call ${at}`);
  });
}
