import type { Failure, Verdict } from './judge.js';

/** The table, what failed, and the closing line. */
export function report({ variants, failures, unneeded }: Verdict): string {
  const native = failures.filter(({ check }) => check === 'native');
  const sum = (count: 'passed' | 'excepted' | 'failed') =>
    variants.reduce((total, variant) => total + variant[count], 0);
  const lines = [
    ...failureLines(failures),
    ...unneeded.map(({ case: id, check }) => `UNNEEDED the exception for ${id}, ${check}: it does not fail`),
    '',
    ...table(variants),
    '',
    `conformance: ${sum('passed')} passed, ${sum('failed')} failed, ${sum('excepted')} excepted; ` +
      `${native.length} requests wrong, ${unneeded.length} exceptions unneeded`,
  ];
  return lines.join('\n');
}

export function succeeded({ variants, failures, unneeded }: Verdict): boolean {
  const ran = variants.some(({ passed }) => passed > 0);
  return ran && failures.length === 0 && unneeded.length === 0;
}

/** The same failure in several variants is one line. */
function failureLines(failures: readonly Failure[]): string[] {
  const variantsOf = new Map<string, string[]>();
  for (const { variant, case: id, check, detail } of failures) {
    const what = `${id} ${check}: ${detail}`;
    variantsOf.set(what, [...(variantsOf.get(what) ?? []), variant]);
  }
  return [...variantsOf].map(([what, variants]) => `FAIL ${what} [${variants.join(', ')}]`);
}

function table(variants: Verdict['variants']): string[] {
  const providers = [...new Set(variants.flatMap(({ cases }) => [...cases.keys()]))].sort();
  const rows = variants.map((row) => [
    row.variant,
    ...providers.map((provider) => {
      const { total, failed } = row.cases.get(provider) ?? { total: 0, failed: 0 };
      return `${total - failed}/${total}`;
    }),
    String(row.excepted),
    String(row.failed),
    row.seconds.toFixed(1),
  ]);
  const all = [['variant', ...providers, 'excepted', 'failed', 'seconds'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}
