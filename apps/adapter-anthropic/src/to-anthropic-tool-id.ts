/**
 * Tool call ids as Anthropic takes them: of `[a-zA-Z0-9_-]`, each once in a conversation. The same conversation gives
 * the same ids on every turn, so that a cached prompt stays a cached prompt.
 */
export class ToAnthropicToolId {
  private readonly used = new Set<string>();
  /** The latest call with a client's id: the one a result answers. */
  private readonly latest = new Map<string, string>();

  /** @param id the client's id of a tool call */
  forCall(id: string): string {
    const plain = toPlainId(id);
    let unique = plain;
    for (let repeat = 2; this.used.has(unique); repeat += 1) unique = `${plain}-${repeat}`;
    this.used.add(unique);
    this.latest.set(id, unique);
    return unique;
  }

  /** @param id the client's id of the call that a result answers */
  forResult(id: string): string {
    return this.latest.get(id) ?? toPlainId(id);
  }
}

/** Each foreign character becomes its code point, so that ids that differ stay different. */
function toPlainId(id: string): string {
  if (id === '') return 'call';
  return id.replace(/[^a-zA-Z0-9_-]/gu, (character) => `_${character.codePointAt(0)!.toString(16)}_`);
}
