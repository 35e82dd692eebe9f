/** Texts of many kinds, for the specs and the benchmark of the input bound; made here, the random ones from a seed. */
export function textCorpus(): Record<string, string> {
  const random = randomFrom(20261122);
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  return {
    'English prose': english,
    'English, technical': technical,
    TypeScript: typescript,
    Python: python,
    SQL: sql,
    JSON: JSON.stringify(record, null, 2),
    'JSON, compact': JSON.stringify(record),
    Markdown: markdown,
    Chinese: chinese,
    Japanese: japanese,
    Korean: korean,
    Arabic: arabic,
    Hindi: hindi,
    Russian: russian,
    German: german,
    emoji: '😀👍🏽❤️🔥🎉👨‍👩‍👧‍👦🏳️‍🌈🧑🏿‍🚀🇫🇷🇯🇵1️⃣⚠️✨',
    base64: bytes(3000).toString('base64'),
    hex: bytes(2000).toString('hex'),
    UUIDs: Array.from({ length: 40 }, () =>
      bytes(16)
        .toString('hex')
        .replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    ).join('\n'),
    'random bytes as latin1': bytes(2000).toString('latin1'),
    'random bytes as UTF-8': bytes(2000).toString('utf8'),
    'random letters': letters(random, 'abcdefghijklmnopqrstuvwxyz', 2000),
    'random letters, mixed': letters(random, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', 2000),
    'rare letters': letters(random, 'qjxzkvwQJXZ', 2000),
    'random marks': letters(random, '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ ', 2000),
    'one letter': 'a'.repeat(3000),
    'one capital': 'Q'.repeat(3000),
    'one mark': '-'.repeat(3000),
    'one emoji': '😀'.repeat(500),
    spaces: ' '.repeat(3000),
    'mixed whitespace': letters(random, ' \n\t\r', 2000),
    'line breaks': '\r\n'.repeat(1000),
    numbers: Array.from({ length: 400 }, () => String(Math.floor(random() * 1e9) / 1000)).join(', '),
    URLs: urls,
  };
}

function letters(random: () => number, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

const english = `The old ferry left the harbour a little after six, when the fog had already begun to lift from the water.
Marianne stood at the rail with her collar turned up and counted the lamps along the quay until she could no longer
tell them from their reflections. She had promised her brother that she would write as soon as she arrived, though
neither of them believed it. "You never write," he had said, laughing, "and I never read." It was true enough.

By noon the islands lay behind them, low and grey, and the passengers came up on deck to eat their sandwiches in the
thin sunlight. A retired schoolteacher explained to anyone who would listen how the lighthouse had been rebuilt after
the storm of 1911; a child asked whether the keeper had drowned, and seemed disappointed to hear that he had merely
moved to the mainland and opened a bakery. Don't you think, the teacher said, that it's a sensible ending?`;

const technical = `A prepaid account is debited in two steps. Before a request is dispatched, the gateway reserves the largest
amount that the request could cost; afterwards the reservation is settled with the amount that was actually consumed, and
the remainder becomes available again. Settlement is idempotent: repeating it neither charges twice nor fails. If the
upstream provider disconnects before the response is complete, the reservation is released and nothing is charged.
Please summarize the following incident report for an executive audience, in no more than three paragraphs, and list
every assumption that you had to make.`;

const german = `Die Fähre verließ den Hafen kurz nach sechs, als sich der Nebel bereits über dem Wasser zu heben begann. Marianne
stand mit hochgeschlagenem Kragen an der Reling und zählte die Laternen am Kai, bis sie sie nicht mehr von ihren
Spiegelbildern unterscheiden konnte. Versicherungsbedingungen und Geschwindigkeitsbegrenzungen interessierten sie nicht.`;

const russian = `Старый паром вышел из гавани вскоре после шести, когда туман уже начал подниматься над водой. Марина стояла у
борта, подняв воротник, и считала фонари на набережной, пока не перестала отличать их от отражений.`;

const chinese = `六点刚过,老渡轮离开了港口,雾气已经开始从水面上升起。她站在栏杆旁,竖起衣领,数着码头上的路灯,直到再也分不清灯光与倒影。请用三句话总结下面的报告,并列出你所做的假设。`;

const japanese = `六時を少し過ぎたころ、古いフェリーは港を離れた。霧はもう水面から晴れはじめていた。彼女は襟を立てて手すりのそばに立ち、岸壁の灯りを数えていた。次の報告書を三つの文で要約してください。`;

const korean = `여섯 시가 조금 지나 낡은 여객선이 항구를 떠났고, 안개는 이미 물 위에서 걷히기 시작했다. 그녀는 옷깃을 세우고 난간에 서서 부두의 등불을 세었다. 다음 보고서를 세 문장으로 요약해 주세요.`;

const arabic = `غادرت العبّارة القديمة الميناء بعد السادسة بقليل، حين بدأ الضباب يرتفع عن سطح الماء. وقفت مريم عند الحاجز وعدّت مصابيح الرصيف حتى لم تعد تميّزها من انعكاساتها. لخّص التقرير التالي في ثلاث جمل.`;

const hindi = `छह बजे के थोड़ी देर बाद पुरानी नाव बंदरगाह से निकली, जब कोहरा पानी से उठने लगा था। वह रेलिंग के पास खड़ी होकर घाट की बत्तियाँ गिनती रही। कृपया नीचे दी गई रिपोर्ट का सारांश तीन वाक्यों में लिखिए।`;

const typescript = `export async function settleHold(client: PoolClient, holdId: string, amountNanoUsd: bigint): Promise<Outcome> {
  const { rows } = await client.query<HoldRow>('SELECT * FROM holds WHERE id = $1 FOR UPDATE', [holdId]);
  if (rows.length === 0) return { kind: 'unknown-hold' };
  const [hold] = rows;
  for (let index = 0; index < hold.entries.length; index += 1) {
    if (hold.entries[index]?.amount ?? 0n > amountNanoUsd) throw new RangeError(\`entry \${index} exceeds the hold\`);
  }
  return hold.state === 'open' ? { kind: 'settled', charged: amountNanoUsd } : { kind: 'conflict', state: hold.state };
}`;

const python = `def moving_average(values: list[float], window: int = 5) -> Iterator[float]:
    """Yield the mean of each window of the values, in order."""
    total = 0.0
    for i, value in enumerate(values):
        total += value
        if i >= window:
            total -= values[i - window]
        if i >= window - 1:
            yield total / window

if __name__ == "__main__":
    print([round(x, 3) for x in moving_average([1.5, 2, 3.25, 8, 13, 21], 3)])
`;

const sql = `SELECT account_id, date_trunc('month', created_at) AS month, sum(amount_nano_usd) FILTER (WHERE kind = 'charge')
FROM entries e JOIN transactions t ON t.id = e.transaction_id
WHERE created_at >= now() - interval '90 days' AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.entry_id = e.id)
GROUP BY 1, 2 HAVING count(*) > 10 ORDER BY month DESC LIMIT 100;`;

const record = {
  id: 'ord_8f3kQz71',
  customer: { name: 'Ada Lovelace', email: 'ada@example.com', tags: ['vip', 'newsletter'], active: true },
  lines: [
    { sku: 'TSHIRT-BLK-L', quantity: 2, unitPrice: 19.95, discount: null },
    { sku: 'MUG-WHT', quantity: 1, unitPrice: 7.5, discount: { code: 'WELCOME10', percent: 10 } },
  ],
  createdAt: '2026-11-22T08:15:30.123Z',
};

const markdown = `# Release notes

- **Breaking:** \`GET /v1/usage\` now needs a \`from\` and a \`to\`; see [the guide](https://example.com/docs/usage#range).
- Fixed: a stream that ended without \`[DONE]\` was counted twice (#4821).

| model | input | output |
|-------|------:|-------:|
| small |  0.15 |   0.60 |
| large |  2.50 |  10.00 |
`;

const urls = `https://www.example.com/search?q=input+bound&utm_source=newsletter&utm_medium=email&sid=aGVsbG8td29ybGQ
https://cdn.example.net/assets/v3/img/9f86d081884c7d65/thumb_640x480@2x.webp?x-expires=1764000000&x-signature=Zk3%2Fq9%3D
git+ssh://git@example.org:2222/team/project.git#refs/heads/feature/input-bound postgres://user:p4ss@127.0.0.1:5432/db`;
