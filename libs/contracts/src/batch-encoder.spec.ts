import { batchEncoder } from './batch-encoder.js';
import { ExchangeResponse, ProviderServiceService } from './gen/tokenroute/provider/v1/provider.js';

const { responseSerialize } = ProviderServiceService.exchange;
const encode = batchEncoder(ExchangeResponse);

function batchOf(...sizes: number[]): ExchangeResponse {
  return {
    draining: false,
    frames: sizes.map((size, completion) => ({
      completion,
      event: { event: { $case: 'data', value: Buffer.alloc(size, completion) } },
    })),
  };
}

describe('batchEncoder', () => {
  test('writes the bytes that the generated code writes, whatever came before', () => {
    const batches = [[100], [], [3, 70_000, 5], [1], [2 * 1024 * 1024], [10, 20]].map((sizes) =>
      batchOf(...sizes),
    );
    expect(batches.map((batch) => encode(batch).equals(responseSerialize(batch)))).toEqual(
      batches.map(() => true),
    );
  });

  test('a batch that cannot be written leaves nothing in the next one', () => {
    const wrong = batchOf(10, 10);
    wrong.frames[1]!.completion = -1;
    expect(() => encode(wrong)).toThrow();
    expect(encode(batchOf(7))).toEqual(responseSerialize(batchOf(7)));
  });

  test('what was written stays as it is when more is', () => {
    const first = encode(batchOf(50));
    encode(batchOf(60));
    expect(first).toEqual(responseSerialize(batchOf(50)));
  });
});
