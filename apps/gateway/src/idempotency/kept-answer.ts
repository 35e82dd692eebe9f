import type { Completed } from '@tokenroute/contracts';

/** A complete plain answer as the adapter gave it, with the headers it was sent with. Its cost is billing's to tell. */
export interface KeptAnswer {
  headers: Record<string, string>;
  completed: Completed;
}

const lineFeed = 0x0a;

/** One line of JSON, which has no line feed in it; then the bytes of the answer. */
export function toBytes({ headers, completed }: KeptAnswer): Buffer {
  const head = JSON.stringify({ headers, usageMembersAt: completed.usageMembersAt });
  return Buffer.concat([Buffer.from(`${head}\n`), completed.tail]);
}

/** The reverse of `toBytes`. Throws on anything else. */
export function fromBytes(bytes: Buffer): KeptAnswer {
  const end = bytes.indexOf(lineFeed);
  const head = JSON.parse(bytes.toString('utf8', 0, end)) as {
    headers: Record<string, string>;
    usageMembersAt: number;
  };
  const completed = { tail: bytes.subarray(end + 1), usageMembersAt: head.usageMembersAt };
  return { headers: head.headers, completed };
}
