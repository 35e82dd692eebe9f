import { argumentsText, type DialectToolCall, toolCallIdOf } from './complete-tool-calls.js';

interface KnownCall {
  upstreamId: string | null;
  upstreamIndex: number | null;
  hasArguments: boolean;
}

/**
 * The tool calls of one streamed choice, as OpenAI streams them: a running index, and id, type and name once, with the
 * first piece of each.
 */
export class ToolCallDeltas {
  private readonly calls: KnownCall[] = [];

  /** @param mintId an id for a call that came without one */
  constructor(private readonly mintId: (index: number) => string) {}

  /** @returns the same array when nothing had to change */
  push(pieces: readonly DialectToolCall[]): readonly DialectToolCall[] {
    const written = pieces.map((piece) => this.pushOne(piece));
    return written.every((piece, index) => piece === pieces[index]) ? pieces : written;
  }

  /** For the end: a call without arguments is still a call with an empty object. */
  missingArguments(): DialectToolCall[] {
    return this.calls.flatMap((call, index) => {
      if (call.hasArguments) return [];
      call.hasArguments = true;
      return [{ index, function: { arguments: '{}' } }];
    });
  }

  private pushOne(piece: DialectToolCall): DialectToolCall {
    const known = this.find(piece);
    const text = argumentsText(piece);
    if (known === null) return this.begin(piece, text);
    this.calls[known]!.hasArguments ||= text !== '';
    const complete =
      piece.index === known &&
      !('id' in piece) &&
      typeof piece.function?.arguments === 'string' &&
      !('name' in piece.function);
    return complete ? piece : { index: known, function: { arguments: text } };
  }

  private begin(piece: DialectToolCall, text: string): DialectToolCall {
    const index = this.calls.length;
    const upstreamId = toolCallIdOf(piece);
    this.calls.push({ upstreamId, upstreamIndex: piece.index ?? null, hasArguments: text !== '' });
    const complete =
      piece.index === index &&
      upstreamId !== null &&
      piece.type === 'function' &&
      typeof piece.function?.name === 'string' &&
      typeof piece.function.arguments === 'string';
    if (complete) return piece;
    const name = piece.function?.name ?? '';
    return {
      ...piece,
      index,
      id: upstreamId ?? this.mintId(index),
      type: 'function',
      function: { name, arguments: text },
    };
  }

  /** Position of the call a piece continues; null when it begins one. A new id is a new call, whatever its index says. */
  private find(piece: DialectToolCall): number | null {
    const id = toolCallIdOf(piece);
    if (id !== null) return found(this.calls.findIndex((call) => call.upstreamId === id));
    const index = piece.index ?? null;
    const sameIndex =
      index === null ? -1 : this.calls.findLastIndex(({ upstreamIndex }) => upstreamIndex === index);
    if (sameIndex !== -1) return sameIndex;
    return piece.function?.name ? null : found(this.calls.length - 1);
  }
}

function found(position: number): number | null {
  return position === -1 ? null : position;
}
