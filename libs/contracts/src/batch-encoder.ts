import { BinaryWriter } from '@bufbuild/protobuf/wire';

/** Of a batch larger than this no room is kept for the next one. */
const roomKeptBytes = 1024 * 1024;

interface BatchType<Batch> {
  encode(batch: Batch, writer: BinaryWriter): BinaryWriter;
}

/**
 * Writes batches as protobuf, all of them with one writer: one of its own for each batch, as in the generated code, grows from
 * nothing to the batch's size and copies at every step.
 */
export function batchEncoder<Batch>(type: BatchType<Batch>): (batch: Batch) => Buffer {
  let writer = new BinaryWriter();
  return (batch) => {
    const used = writer;
    // Until it has worked: a batch that cannot be written leaves its first half in the writer.
    writer = new BinaryWriter();
    const { buffer, byteOffset, byteLength } = type.encode(batch, used).finish();
    if (byteLength <= roomKeptBytes) writer = used;
    return Buffer.from(buffer, byteOffset, byteLength);
  };
}
