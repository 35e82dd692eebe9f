import pg from 'pg';

export interface FundsSeen {
  /** How often all accounts were looked at. */
  looks: number;
  /** Accounts that were seen with more held than they have, or with less than nothing held. */
  overdrawn: number;
  /** Accounts that were seen with something held that their open holds do not come to. */
  unexplained: number;
  /** Of all accounts together, in nano-USD. */
  mostHeld: bigint;
}

/** Looks at every customer's account over and over while others work; each look is one snapshot of the database. */
export class FundsWatch {
  private readonly seen: FundsSeen = { looks: 0, overdrawn: 0, unexplained: 0, mostHeld: 0n };
  private ending = false;

  /** @returns what the work gave back, and what was seen meanwhile */
  static async during<Result>(
    databaseUrl: string,
    work: () => Promise<Result>,
  ): Promise<{ result: Result; seen: FundsSeen }> {
    const watch = new FundsWatch();
    const watching = watch.watch(new pg.Client({ connectionString: databaseUrl }));
    try {
      const result = await work();
      return { result, seen: watch.seen };
    } finally {
      watch.ending = true;
      await watching;
    }
  }

  private async watch(database: pg.Client): Promise<void> {
    await database.connect();
    try {
      while (!this.ending) {
        await this.look(database);
        // The processor is for those who are watched.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    } finally {
      await database.end();
    }
  }

  private async look(database: pg.Client): Promise<void> {
    const { rows } = await database.query<{ overdrawn: number; unexplained: number; held: string }>(
      `SELECT count(*) FILTER (WHERE held_nano_usd < 0 OR held_nano_usd > balance_nano_usd)::int AS overdrawn,
              count(*) FILTER (WHERE held_nano_usd <> coalesce(open.total, 0))::int AS unexplained,
              coalesce(sum(held_nano_usd), 0)::text AS held
       FROM billing.accounts
       LEFT JOIN (SELECT account_id, sum(amount_nano_usd) AS total FROM billing.holds WHERE state = 'held' GROUP BY 1) open
              ON open.account_id = id
       WHERE kind = 'customer'`,
    );
    const { overdrawn, unexplained, held } = rows[0]!;
    this.seen.looks += 1;
    this.seen.overdrawn += overdrawn;
    this.seen.unexplained += unexplained;
    if (BigInt(held) > this.seen.mostHeld) this.seen.mostHeld = BigInt(held);
  }
}
