import type { Mutant } from './mutant.js';

const gateway = (file: string) => `apps/gateway/dist/${file}.js`;
const billing = (file: string) => `apps/billing/dist/${file}.js`;
const migration = (name: string) => `apps/billing/prisma/migrations/${name}/migration.sql`;

const short = { seed: 1, faultsMs: 25_000 };

/** Defects that would cost somebody money or trust. Each is a few characters away from the product as it is. */
export const mutants: readonly Mutant[] = [
  {
    ...short,
    name: 'an Idempotency-Key is dropped',
    patches: [
      {
        file: gateway('chat/admit-chat'),
        find: 'const name = request.stream === true ? null : nameRequest(',
        replace: 'const name = true ? null : nameRequest(',
      },
    ],
    caughtBy: /was charged \d+ times|different answers/,
  },
  {
    ...short,
    name: 'a queued settlement is acknowledged before it is committed',
    patches: [
      {
        file: billing('holds/settlements-consumer'),
        find: 'const items = decodeSettlements(message.data);',
        replace: 'const items = decodeSettlements(message.data);\n        message.ack();',
      },
    ],
    // The gateway leaves its settlements to the queue, and ends before billing can charge them.
    schedule: [3_000, 38_000].flatMap((atMs) => [
      { atMs, faults: [{ kind: 'postgres-stop', forMs: 20_000 }] },
      { atMs: atMs + 1_000, faults: [{ kind: 'rolling-restart', service: 'gateway' }] },
    ]),
    faultsMs: 65_000,
    caughtBy: /never charged, and nothing explains it/,
  },
  {
    ...short,
    name: 'a release is skipped',
    patches: [
      {
        file: gateway('billing/hold-ender'),
        find: 'this.keep(this.releaseInTheEnd(release));\n    }\n    /** Gives a hold back for',
        replace: '}\n    /** Gives a hold back for',
      },
    ],
    kinds: ['kill', 'link'],
    caughtBy: /has no end/,
  },
  {
    ...short,
    name: 'an answer ends before it is paid',
    patches: [
      {
        file: gateway('chat/chat-completion.service'),
        find: 'const fate = await this.settle(chat, usage, telemetry(200));',
        replace:
          "const fate = { kind: 'queued' };\n                void this.settle(chat, usage, telemetry(200));",
      },
    ],
    caughtBy: /ended before they were paid/,
  },
  {
    ...short,
    name: 'a hold looks at the balance and takes it in two steps',
    patches: [
      {
        file: migration('20261128000000_lean_holds'),
        find: `  PERFORM FROM accounts WHERE id = ANY (p_account_ids) AND kind = 'customer' ORDER BY id FOR UPDATE;
  IF array_remove(p_budgets_nano_usd, NULL) <> '{}' THEN
    PERFORM begin_key_months`,
        replace: `  IF array_remove(p_budgets_nano_usd, NULL) <> '{}' THEN
    PERFORM begin_key_months`,
      },
      {
        file: migration('20261128000000_lean_holds'),
        find: `  -- From here it must succeed.
  WITH taken AS (`,
        replace: `  PERFORM pg_sleep(0.3);
  WITH taken AS (`,
      },
      // What the database itself would refuse.
      {
        file: migration('20261122000000_ledger'),
        find: `,
  CONSTRAINT held_is_covered CHECK (held_nano_usd <= balance_nano_usd)`,
        replace: '',
      },
    ],
    kinds: ['redis-flush'],
    poorShare: 0.6,
    caughtBy: /no more is held than there is/,
  },
  {
    ...short,
    name: 'a redelivered settlement is charged again',
    patches: [
      {
        file: billing('holds/settlements-consumer'),
        find: 'this.holds.settle(traced)',
        replace: 'this.holds.settle({ ...traced, holdId: globalThis.crypto.randomUUID() })',
      },
    ],
    kinds: ['postgres-stop', 'terminate-backends'],
    caughtBy: /was charged \d+ times/,
  },
  {
    ...short,
    name: 'a settlement that got no reply is forgotten',
    patches: [
      {
        file: gateway('billing/hold-ender'),
        find: 'await this.unconfirmed.add(settlement);',
        replace: '',
      },
    ],
    kinds: ['postgres-stop', 'terminate-backends'],
    caughtBy: /has no end|nothing explains it/,
  },
  {
    ...short,
    name: 'a price is a nano-USD too high',
    patches: [
      {
        file: billing('pricing/cost'),
        find: 'return roundUpToNanoUsd(...costItems(usage, price, usedAt).map(({ picoUsd }) => picoUsd));',
        replace:
          'return roundUpToNanoUsd(...costItems(usage, price, usedAt).map(({ picoUsd }) => picoUsd)) + 1n;',
      },
    ],
    caughtBy: /but what was generated costs/,
  },
  {
    ...short,
    name: 'a revocation is not heard, and not asked for',
    patches: [
      {
        file: gateway('keys/key-authenticator'),
        find: 'const freshMs = 8_000;',
        replace: 'const freshMs = 1e9;',
      },
      {
        file: gateway('keys/key-authenticator'),
        find: 'const refreshMs = 6_000;',
        replace: 'const refreshMs = 1e9;',
      },
      { file: gateway('keys/key-authenticator'), find: 'this.cache.delete(id);', replace: '' },
    ],
    kinds: ['redis-flush', 'terminate-backends'],
    caughtBy: /still takes the revoked key|after it was revoked/,
  },
  {
    ...short,
    name: 'a payment is credited for each event that tells of it',
    patches: [
      {
        file: billing('payments/transaction-id'),
        find: '`${movement}:${providerId}`',
        replace: '`${movement}:${providerId}:${Math.random()}`',
      },
      {
        file: migration('20261123000200_payments'),
        find: `  IF payment.state = 'credited' THEN
    RETURN 'held';`,
        replace: `  IF false THEN
    RETURN 'held';`,
      },
    ],
    caughtBy: /but what came in less what was charged is/,
  },
  {
    ...short,
    name: 'a grant is credited again when it is repeated',
    patches: [
      {
        file: billing('accounts/account.repository'),
        find: '[grantId, accountId,',
        replace: '[globalThis.crypto.randomUUID(), accountId,',
      },
    ],
    caughtBy: /but what came in less what was charged is/,
  },
  {
    ...short,
    name: 'a broken stream ends as if it were whole',
    patches: [
      {
        file: gateway('chat/stream-answer'),
        find: 'this.response.end(sseEvent(JSON.stringify(toErrorBody(fault))));',
        replace: 'this.response.end(sseDone);',
      },
    ],
    kinds: ['kill', 'link'],
    faultsMs: 60_000,
    caughtBy: /was given back/,
  },
  {
    ...short,
    name: 'trouble with auth is told as a wrong key',
    patches: [
      {
        file: gateway('keys/key-authenticator'),
        find: `if (cached?.verdict.kind === 'valid' && ageMs < outageMs)
                return cached.verdict;
            throw error;`,
        replace: 'throw incorrectKey();',
      },
    ],
    kinds: ['postgres-stop', 'terminate-backends'],
    caughtBy: /nobody revoked was refused/,
  },
  {
    ...short,
    name: 'holds of dead gateways are never given back',
    patches: [
      {
        file: billing('holds/expired-holds-sweeper'),
        find: 'ended = await this.holds.expire(silenceMs, holdsPerSweep);',
        replace: 'ended = 0;',
      },
    ],
    kinds: ['kill'],
    faultsMs: 60_000,
    caughtBy: /has no end/,
  },
];
