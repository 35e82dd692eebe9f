import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSystem, TestCustomer, type TestSystem, testServers } from '@tokenroute/testing';
import { DashboardBrowser } from './dashboard-browser.js';
import { type ReceivedSpan, TelemetryReceiver } from './telemetry-receiver.js';

const prompt = 'canary prompt 7f3a';
const email = 'canary-9c1d@example.com';
const body = {
  model: 'gpt-4o-mini',
  stream: true,
  messages: [{ role: 'user', content: prompt }],
  user: email,
};

describe('the telemetry of a whole system', () => {
  let receiver: TelemetryReceiver;
  let system: TestSystem;
  let browser: DashboardBrowser;
  let organisationId: string;
  let secret: string;

  beforeAll(async () => {
    const pages = join(testServers().folder, 'telemetry-pages');
    mkdirSync(pages, { recursive: true });
    writeFileSync(join(pages, 'index.html'), '<!doctype html><title>tokenroute</title>');
    receiver = await TelemetryReceiver.start();
    const recorded = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_TRACES_SAMPLER_ARG: '1',
      LOG_LEVEL: 'trace',
    };
    system = await startSystem({
      mailbox: true,
      dashboard: true,
      environment: {
        auth: recorded,
        billing: recorded,
        'adapter-openai': recorded,
        gateway: { ...recorded, TRUSTED_PROXIES: '127.0.0.1' },
        'dashboard-api': { ...recorded, PAGES_FOLDER: pages },
      },
    });
    browser = await new DashboardBrowser(system).signUp(email);
    organisationId = await browser.organisation();
    await system.operator.grantCredit(organisationId, 10_000_000_000n);
    secret = (await system.createKey(organisationId)).secret;
  }, 120_000);

  afterAll(async () => {
    await system?.stop();
    receiver?.stop();
  }, 30_000);

  /** What has come when it is complete, or when nobody would wait for it any longer. */
  async function spansUntil(isComplete: (spans: ReceivedSpan[]) => boolean): Promise<ReceivedSpan[]> {
    for (let waits = 0; waits < 600 && !isComplete(receiver.spans); waits += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return receiver.spans;
  }

  test('a streamed request from the dashboard is one trace through five processes', async () => {
    const path = `/api/organisations/${organisationId}/playground`;
    const answer = await browser.ask('POST', path, body, { 'x-tokenroute-key': secret });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('[DONE]');

    const playground = 'POST /api/organisations/:organisationId/playground';
    const traceOf = (all: ReceivedSpan[]) => {
      const first = all.find(({ name }) => name === playground);
      return all.filter(({ traceId }) => traceId === first?.traceId);
    };
    const spans = traceOf(await spansUntil((all) => traceOf(all).length >= 13));
    const nameOf = (id: string) => spans.find(({ spanId }) => spanId === id)?.name ?? '';
    const tree = spans.map(
      ({ service, name, parentSpanId }) => `${nameOf(parentSpanId)} > ${service}: ${name}`,
    );
    const chat = 'POST /v1/chat/completions';
    expect(tree.sort()).toEqual(
      [
        ` > dashboard-api: ${playground}`,
        `${playground} > gateway: ${chat}`,
        `${chat} > gateway: AuthService/validateKey`,
        'AuthService/validateKey > auth: KeysController/validateKey',
        `${chat} > gateway: hold`,
        'hold > billing: reserve',
        'reserve > billing: write reserve',
        `${chat} > gateway: dispatch`,
        'dispatch > adapter-openai: ProviderService/exchange',
        'ProviderService/exchange > adapter-openai: chat gpt-4o-mini-2024-07-18',
        `${chat} > gateway: settle`,
        'settle > billing: settle',
        'settle > billing: write settle',
      ].sort(),
    );
    const inference = spans.find(({ name }) => name === 'chat gpt-4o-mini-2024-07-18')!;
    expect(inference.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.usage.output_tokens': expect.any(Number),
    });
  }, 60_000);

  test('a request’s own trace has the request’s id, and a stranger’s traceparent is not believed', async () => {
    const customer = await TestCustomer.create(system, '1');
    const told = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { headers } = await customer.chat(body, { headers: { traceparent: told } });
    const traceId = headers.get('x-request-id')!.replaceAll('-', '');
    const isIts = (span: ReceivedSpan) => span.traceId === traceId && span.parentSpanId === '';
    const spans = await spansUntil((all) => all.some(isIts));
    expect(spans.find(isIts)?.name).toBe('POST /v1/chat/completions');
  }, 60_000);

  test('no prompt, key or e-mail address is in a trace, a number or a log', async () => {
    const customer = await TestCustomer.create(system, '1');
    const failing = { ...body, messages: [{ role: 'user', content: `${prompt} [[sim:status=500]]` }] };
    const answers = [
      await customer.chat(failing),
      await customer.chat({ ...body, stream: 'x' }),
      await customer.chat(`{"${prompt}`),
      await customer.request('GET', `/usage/${encodeURIComponent(prompt)}`),
    ];
    expect(answers.every(({ status }) => status >= 400)).toBe(true);
    for (const name of Object.keys(system.addresses)) {
      if (name !== 'mailbox' && name !== 'provider-simulator') await system.kill(name, 'SIGTERM');
    }
    const names = Object.keys(system.addresses).filter(
      (name) => name !== 'mailbox' && name !== 'provider-simulator',
    );
    const logs = await Promise.all(names.map((name) => readFile(system.logFile(name), 'utf8')));
    const told = [...receiver.bodies, ...logs].join('\n');
    expect(receiver.bodies.some((each) => each.includes('tokenroute.holds.batch.duration'))).toBe(true);
    for (const canary of [prompt, email, secret, customer.key.secret]) {
      expect(told.includes(canary)).toBe(false);
    }
  }, 60_000);
});
