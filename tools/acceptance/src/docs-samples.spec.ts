import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { sharedSystem, type SharedSystem, TestCustomer } from '@tokenroute/testing';
import {
  repository,
  type Sample,
  samplesOfClients,
  shownSamples,
  writtenApiUrl,
  writtenKey,
} from './docs-samples.js';

/** What is run here, and what is no program. Any other language on the site fails. */
const runHere = ['sh', 'python', 'js'];
/** Nor is SQL a customer's: `service-logins.spec.ts` makes such logins. */
const noProgram = ['json', 'text', 'sql'];

/** A PNG of one pixel. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const ownPython = join(repository, '.tokenroute', 'python', 'bin', 'python');
const python = existsSync(ownPython) ? ownPython : 'python3';
const can = (...args: string[]) => spawnSync(python, args).status === 0;
const hasPython = can('--version');
/** `pip install openai`, which needs PyPI. Without it such samples are compiled, and the test's name says so. */
const hasOpenAi = hasPython && can('-c', 'import openai');

const samples = shownSamples();
const ofLanguage = (language: string) => samples.filter((sample) => sample.language === language);

const { snippet, snippetLanguages } = (await import(
  // The dashboard is an app, which nothing imports: what its playground shows is read the way one reads a file.
  pathToFileURL(join(repository, 'apps/dashboard/src/figures/snippet.ts')).href
)) as {
  snippet: (language: string, options: object) => string;
  snippetLanguages: string[];
};
const languageOf: Record<string, string> = { curl: 'sh', Python: 'python', Node: 'js' };

describe('the samples of the documentation', () => {
  let system: SharedSystem;
  let folder: string;

  beforeAll(async () => {
    system = await sharedSystem();
    // Below the repository, so that Node finds `openai`.
    mkdirSync(join(repository, '.tokenroute'), { recursive: true });
    folder = mkdtempSync(join(repository, '.tokenroute', 'samples-'));
    writeFileSync(join(folder, 'picture.png'), Buffer.from(picture, 'base64'));
  }, 120_000);

  afterAll(() => {
    system?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a program as a customer with a key of their own would. @returns what it printed */
  async function run(language: string, written: string): Promise<string> {
    const customer = await TestCustomer.create(system, '10');
    const text = written
      .replaceAll(writtenApiUrl, system.baseUrl)
      .replaceAll(writtenKey, customer.key.secret);
    const { command, args } = commandOf(language, text);
    const { stdout } = await promisify(execFile)(command, args, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        TOKENROUTE_BASE_URL: system.baseUrl,
        TOKENROUTE_API_KEY: customer.key.secret,
      },
    });
    // Whoever asks for a completion has paid for it: it came, and it was whole.
    if (/chat\/completions|completions\.create/.test(text) && !text.includes('dry-run')) {
      const { balanceNanoUsd } = await customer.settledAccount();
      expect(balanceNanoUsd).toBeLessThan(10_000_000_000n);
    }
    return stdout;
  }

  function commandOf(language: string, text: string): { command: string; args: string[] } {
    if (language === 'sh') {
      // An error of the API is an error here, which it would not be for a person who reads it.
      const strict =
        'set -euo pipefail; curl() { command curl --silent --show-error --fail-with-body "$@"; }';
      return { command: 'bash', args: ['-c', `${strict}\n${text}`] };
    }
    const isNode = language === 'js';
    const file = join(folder, `sample.${isNode ? 'mjs' : 'py'}`);
    writeFileSync(file, text);
    return { command: isNode ? process.execPath : python, args: [file] };
  }

  test('are each run here or with the client libraries, or are no program', () => {
    const clients = samplesOfClients();
    const notRun = samples.filter(
      ({ language, text }) =>
        !runHere.includes(language) && !noProgram.includes(language) && !clients.includes(text),
    );
    expect(notRun.map(({ name }) => name)).toEqual([]);
    for (const language of runHere) expect(ofLanguage(language).length).toBeGreaterThan(1);
  });

  test.each(ofLanguage('sh'))('$name runs', async ({ text }) => {
    const printed = await run('sh', text);
    if (text.includes('curl')) expect(printed).toMatch(/\S/);
    expect(printed).not.toMatch(/^(data: )?\{"error"/m);
  });

  test.each(ofLanguage('js'))('$name runs', async ({ text }) => {
    expect(await run('js', text)).toMatch(/\S/);
  });

  const needOpenAi = ({ text }: Sample) => /^(from|import) openai\b/m.test(text);
  const programs = [
    ...ofLanguage('python'),
    { name: 'Playground (python)', language: 'python', text: snippet('Python', snippetOptions()) },
  ];
  const [withLibrary, withoutLibrary] = [
    programs.filter(needOpenAi),
    programs.filter((each) => !needOpenAi(each)),
  ];

  test('there are samples in Python with a library and without', () => {
    expect([withLibrary.length > 0, withoutLibrary.length > 0]).toEqual([true, true]);
  });

  (hasPython ? test.each : test.skip.each)(withoutLibrary)('$name runs', async ({ text }) => {
    expect(await run('python', text)).toMatch(/\S/);
  });

  if (hasOpenAi) {
    test.each(withLibrary)('$name runs', async ({ text }) => {
      expect(await run('python', text)).toMatch(/\S/);
    });
  } else {
    (hasPython ? test.each : test.skip.each)(withLibrary)(
      '$name compiles; it is not run, because the package openai is not installed',
      ({ text }) => {
        const { stderr } = spawnSync(python, ['-c', `compile(${JSON.stringify(text)}, 'sample', 'exec')`], {
          encoding: 'utf8',
        });
        expect(stderr).toBe('');
      },
    );
  }

  test.each(snippetLanguages.filter((language) => language !== 'Python'))(
    'what the playground shows in %s runs',
    async (language) => {
      expect(await run(languageOf[language]!, snippet(language, snippetOptions()))).toMatch(/simulator/);
    },
  );
});

/** As the playground makes it: the key is in the environment. Quotes of both kinds do no harm. */
function snippetOptions() {
  return { baseUrl: writtenApiUrl, model: 'gpt-4o-mini', prompt: `Say "hello", it's $5.` };
}
