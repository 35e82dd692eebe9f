/** Far below what a gRPC message between services may hold (64 MiB), far above what a turn of the event loop brings. */
const maxBatchBytes = 8 * 1024 * 1024;

/**
 * Frames of one stream as messages, in order; one that is larger than a batch goes alone. Messages above the limit of gRPC
 * end the stream, and with it everything else that is under way on it.
 */
export function inBatches<Frame>(frames: readonly Frame[], bytesOf: (frame: Frame) => number): Frame[][] {
  const batches: Frame[][] = [];
  let left = 0;
  for (const frame of frames) {
    const bytes = bytesOf(frame);
    if (batches.length === 0 || bytes > left) {
      batches.push([]);
      left = maxBatchBytes;
    }
    batches.at(-1)!.push(frame);
    left -= bytes;
  }
  return batches;
}
