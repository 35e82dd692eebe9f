import { useCallback, useRef, useState } from 'react';
import { ApiError, toApiError } from '../../api/client.js';
import { type CompletionEnd, CompletionStream } from '../../figures/completion-stream.js';

export interface Message {
  role: 'user' | 'assistant';
  content: string;
  end?: CompletionEnd;
}

interface Ask {
  organisationId: string;
  secret: string;
  model: string;
}

/** A conversation with a model, through our own server: an answer grows as it comes. */
export function useCompletion({ organisationId, secret, model }: Ask) {
  const [messages, setMessages] = useState<Message[]>([]);
  const [error, setError] = useState<unknown>();
  const [isBusy, setIsBusy] = useState(false);
  const call = useRef<AbortController>(undefined);

  const send = useCallback(
    async (content: string) => {
      const asked: Message[] = [...messages, { role: 'user', content }];
      const answer: Message = { role: 'assistant', content: '' };
      setMessages(asked);
      setError(undefined);
      setIsBusy(true);
      call.current = new AbortController();
      try {
        const response = await request({ organisationId, secret, model }, asked, call.current.signal);
        await read(response, (change) => {
          Object.assign(answer, change(answer));
          setMessages([...asked, { ...answer }]);
        });
      } catch (problem) {
        if (!call.current.signal.aborted) setError(problem);
      } finally {
        setIsBusy(false);
      }
    },
    [messages, organisationId, secret, model],
  );

  const stop = useCallback(() => call.current?.abort(), []);
  const clear = useCallback(() => setMessages([]), []);
  return { messages, error, isBusy, send, stop, clear };
}

async function request({ organisationId, secret, model }: Ask, asked: Message[], signal: AbortSignal) {
  const response = await fetch(`/api/organisations/${organisationId}/playground`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tokenroute-page': '1', 'x-tokenroute-key': secret },
    body: JSON.stringify({
      model,
      messages: asked.map(({ role, content }) => ({ role, content })),
      stream: true,
      stream_options: { include_usage: true },
    }),
    signal,
  });
  if (!response.ok) throw await toApiError(response);
  return response;
}

async function read(response: Response, change: (how: (answer: Message) => Partial<Message>) => void) {
  const stream = new CompletionStream();
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const event of stream.push(value)) {
      if (event.kind === 'failure') throw new ApiError(502, 'upstream', event.message);
      if (event.kind === 'text') change(({ content }) => ({ content: content + event.text }));
      else change(() => ({ end: event.end }));
    }
  }
}
