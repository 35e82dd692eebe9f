/** Of processor time: what one request may keep the gateway busy, on a machine that reads as fast as the reference. */
const mostBusyMs = 200;
/** `readingMs` gave 33 to 35 where that bound was set: on an AMD EPYC with nothing else to do. */
const referenceMs = 40;
const body = 20 * 1024 * 1024;
const tries = 5;

/**
 * What this machine takes for what the gateway does with the largest attachment: read 20 MB as text, as JSON, and out of
 * base64. @returns processor time in milliseconds, of the quickest of some tries
 */
export function readingMs(): number {
  const sent = Buffer.from(
    JSON.stringify({ file: Buffer.alloc((body * 3) / 4, 'tokenroute').toString('base64') }),
  );
  const taken = Array.from({ length: tries }, () => {
    const before = process.cpuUsage();
    const { file } = JSON.parse(sent.toString()) as { file: string };
    Buffer.from(file, 'base64');
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...taken);
}

/**
 * How long one request may keep the gateway busy on a machine that takes so long for reading: a slower one gets more in
 * proportion, up to five times, a faster one no less.
 */
export function boundFor(readingMs: number): number {
  return mostBusyMs * Math.min(5, Math.max(1, readingMs / referenceMs));
}
