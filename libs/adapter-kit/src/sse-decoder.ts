import { createParser } from 'eventsource-parser';

/**
 * Server-sent events from bytes, cut anywhere: CR, LF and CRLF, comments, multi-line data, also inside a UTF-8 character.
 * Comments and keep-alives yield nothing.
 */
export class SseDecoder {
  private readonly text = new TextDecoder('utf-8');
  private events: SseEvent[] = [];
  private readonly parser = createParser({
    onEvent: (event) => this.events.push({ event: event.event, data: event.data }),
  });

  /** @returns the events completed by these bytes, in order */
  push(bytes: Uint8Array): SseEvent[] {
    this.parser.feed(this.text.decode(bytes, { stream: true }));
    return this.take();
  }

  /** The answer ended: an event that lacks its blank line still counts. */
  end(): SseEvent[] {
    this.parser.feed(`${this.text.decode()}\n\n`);
    return this.take();
  }

  private take(): SseEvent[] {
    const events = this.events;
    this.events = [];
    return events;
  }
}

export interface SseEvent {
  event: string | undefined;
  data: string;
}
