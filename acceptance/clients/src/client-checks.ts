import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Checks } from './checks.js';
import { citySchema, type ClientUnderTest } from './client-under-test.js';
import { thinkingModels } from './thinking-models.js';
import type { OfferedModel, Provider } from './offered-models.js';

/** A PNG of one pixel. */
export const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Everything a client library promises its users, with one model of a provider. */
export async function checkClient(
  checks: Checks,
  client: ClientUnderTest,
  provider: Provider,
): Promise<void> {
  const { cheapest, seeing } = provider;
  await checks.check(title(client, cheapest, 'text'), async () => {
    const prompt = `Hello ${randomUUID()}, déjà vu 👋`;
    assertSaid(await client.text(cheapest.id, prompt), prompt);
  });
  await checks.check(title(client, cheapest, 'stream'), async () => {
    const prompt = `Hello ${randomUUID()}, déjà vu 👋`;
    const pieces = await client.stream(cheapest.id, prompt);
    assertSaid(pieces.join(''), prompt);
    assert.ok(pieces.length > 1, 'it came in one piece');
  });
  // Models that think want to see their thoughts again with a tool's result; not every client keeps them.
  const thinking = provider.models.filter(({ id }) => thinkingModels.includes(id));
  for (const model of [cheapest, ...thinking]) {
    await checks.check(title(client, model, 'one tool round trip'), () => checkTool(client, model));
  }
  await checks.check(title(client, cheapest, 'structured output'), async () => {
    const parsed = await client.structured(cheapest.id, structuredPrompt(provider));
    assert.ok(citySchema.safeParse(parsed).success, `not parsed as asked: ${JSON.stringify(parsed)}`);
  });
  if (seeing) {
    await checks.check(title(client, seeing, 'an image'), async () => {
      const prompt = `Look ${randomUUID()}`;
      const said = await client.image(seeing.id, prompt, pixel);
      assertSaid(said, prompt);
      assert.match(said, /\[image image\/png, 70 bytes\]/);
    });
  } else {
    await checks.check(title(client, cheapest, 'an image is refused by name'), async () => {
      const refused = client.image(cheapest.id, 'Look', pixel);
      await assert.rejects(refused, /messages\[0\]\.content\[1\].*does not take images/);
    });
  }
}

function title(client: ClientUnderTest, model: OfferedModel, what: string): string {
  return `${client.name} · ${model.owned_by}, ${model.id} · ${what}`;
}

/** The simulator repeats what it was told. */
function assertSaid(answer: string, prompt: string): void {
  assert.ok(
    answer.includes(`you said "${prompt}"`),
    `the answer to "${prompt}" was: ${JSON.stringify(answer)}`,
  );
}

async function checkTool(client: ClientUnderTest, model: OfferedModel): Promise<void> {
  const report = `21 degrees, report ${randomUUID()}`;
  const asked: string[] = [];
  const answer = await client.tool(model.id, 'Use get_weather for Lyon.', (city) => {
    asked.push(city);
    return report;
  });
  assert.deepEqual(asked, ['simulated city'], 'the tool was not called once with its arguments');
  assert.ok(answer.includes(report), `the answer does not quote the tool: ${JSON.stringify(answer)}`);
}

/**
 * The simulator fills in a schema that it is given as such. DeepSeek has only a JSON mode, so it gets the schema as an
 * instruction, which the simulator cannot follow by itself.
 */
function structuredPrompt({ name }: Provider): string {
  if (name !== 'deepseek') return 'Tell me of a city.';
  const city = encodeURIComponent(JSON.stringify({ city: 'Lyon', inhabitants: 520_774 }));
  return `Tell me of a city. [[sim:text=${city}]]`;
}
