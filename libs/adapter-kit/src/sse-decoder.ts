import { createParser } from 'eventsource-parser';
import { Utf8Text } from './utf8-text.js';

/**
 * Server-sent events from bytes, cut anywhere: CR, LF and CRLF, comments, multi-line data, also inside a UTF-8 character.
 * Comments and keep-alives yield nothing.
 */
export class SseDecoder {
  private readonly text = new Utf8Text();
  private events: SseEvent[] = [];
  private readonly parser = createParser({
    onEvent: (event) => this.events.push({ event: event.event, data: event.data }),
  });

  /** @returns the events completed by these bytes, in order */
  push(bytes: Uint8Array): SseEvent[] {
    this.parser.feed(this.text.push(bytes));
    return this.take();
  }

  /** The answer ended: an event that lacks its blank line still counts. */
  end(): SseEvent[] {
    this.parser.feed(`${this.text.end()}\n\n`);
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
