import { createParser } from 'eventsource-parser';
import { tooMuchFault } from './upstream-call.js';
import { Utf8Text } from './utf8-text.js';

/** Of one event, its lines and what is kept of them: a line that never ends must not fill the memory. */
const maxEventCharacters = 8 * 1024 * 1024;

/**
 * Server-sent events from bytes, cut anywhere: CR, LF and CRLF, comments, multi-line data, also inside a UTF-8 character.
 * Comments and keep-alives yield nothing.
 */
export class SseDecoder {
  private readonly text = new Utf8Text();
  private events: SseEvent[] = [];
  private readonly parser = createParser({
    onEvent: (event) => this.events.push({ event: event.event, data: event.data }),
    maxBufferSize: maxEventCharacters,
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') throw tooMuchFault(this.providerName);
    },
  });

  constructor(private readonly providerName = 'The provider') {}

  /**
   * @returns the events completed by these bytes, in order
   * @throws Fault upstream when an event is longer than any honest one
   */
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
