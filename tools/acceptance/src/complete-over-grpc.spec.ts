import { credentials } from '@grpc/grpc-js';
import { type CompleteResponse, type CompletionOutcome, ProviderServiceClient } from '@tokenroute/contracts';
import { sharedSystem, type SharedSystem } from '@tokenroute/testing';

type Event = NonNullable<CompleteResponse['event']>;

/** The plain call of the adapters' contract, for other teams and for grpcurl. */
describe('ProviderService.Complete', () => {
  let system: SharedSystem;

  beforeAll(async () => {
    system = await sharedSystem();
  }, 60_000);

  afterAll(() => system.close());

  async function complete(
    adapter: string,
    model: string,
    stream: boolean,
    content: string,
  ): Promise<Event[]> {
    const client = new ProviderServiceClient(system.addresses[adapter]!.grpc!, credentials.createInsecure());
    const body = JSON.stringify({ model, stream, messages: [{ role: 'user', content }] });
    const call = client.complete({
      requestId: 'r1',
      publicModel: model,
      upstreamModel: model,
      stream,
      body: Buffer.from(body),
      maxOutputTokens: 1_000,
      strictParams: false,
    });
    const events: Event[] = [];
    for await (const response of call as AsyncIterable<CompleteResponse>) events.push(response.event!);
    client.close();
    return events;
  }

  function outcomeOf(events: Event[]): CompletionOutcome {
    expect(events.filter((event) => event.$case === 'outcome')).toHaveLength(1);
    return events.at(-1)!.value as CompletionOutcome;
  }

  test('gives a plain answer with its usage', async () => {
    const events = await complete('adapter-openai', 'gpt-4o-mini', false, 'Hello');
    expect(events.map((event) => event.$case)).toEqual(['head', 'outcome']);
    const { end, usage } = outcomeOf(events);
    expect(end?.$case).toBe('completed');
    expect(usage).toMatchObject({ estimated: false });
    expect(usage!.outputTokens).toBeGreaterThan(0);
  });

  test('gives a stream as it comes', async () => {
    const events = await complete('adapter-openai', 'gpt-4o-mini', true, 'Hello [[sim:chunk-delay=5]]');
    const sse = events.flatMap((event) => (event.$case === 'data' ? [event.value.toString()] : []));
    expect(sse.length).toBeGreaterThan(2);
    expect(sse.join('')).toContain('chat.completion.chunk');
    expect(outcomeOf(events).end?.$case).toBe('completed');
  });

  test('tells a failed provider as an outcome, not as a broken call', async () => {
    const { end } = outcomeOf(await complete('adapter-openai', 'gpt-4o-mini', false, '[[sim:status=500]]'));
    expect(end).toMatchObject({ $case: 'fault', value: { code: 'upstream' } });
  });
});
