import type { CompleteRequest } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { ChatConversation } from '@tokenroute/openai-wire';
import { z } from 'zod';

/** One upstream model stands behind several public ids, which differ in this. */
const thinksByDefault: ReadonlyMap<string, boolean> = new Map([
  ['deepseek-chat', false],
  ['deepseek-reasoner', true],
]);

export interface DeepSeekThinking {
  enabled: boolean;
  /** The caller's `reasoning_effort`; DeepSeek maps all of OpenAI's values to its own. */
  effort?: string;
}

const nativeThinking = z.looseObject({ type: z.enum(['enabled', 'disabled']) });

/**
 * Whether the model thinks: what the caller says (`thinking` in DeepSeek's own form, `reasoning_effort`), else what the
 * public id stands for, else DeepSeek's own default, which is on. https://api-docs.deepseek.com/guides/thinking_mode
 * @throws Fault invalid-request when the caller asks for thinking and for a forced tool: DeepSeek refuses the two together
 */
export function toDeepSeekThinking(
  conversation: ChatConversation,
  publicModel: CompleteRequest['publicModel'],
): DeepSeekThinking {
  const effort = conversation.reasoning_effort ?? undefined;
  const asked = askedFor(conversation);
  const enabled = asked ?? thinksByDefault.get(publicModel) ?? true;
  if (!enabled) return { enabled };
  if (!forcesTool(conversation)) return { enabled, effort };
  if (asked === undefined) return { enabled: false };
  const message = 'tool_choice: DeepSeek cannot force a tool while it thinks; set reasoning_effort to none.';
  throw new Fault('invalid-request', message, { param: 'tool_choice' });
}

function askedFor({ thinking, reasoning_effort: effort }: ChatConversation): boolean | undefined {
  const native = nativeThinking.safeParse(thinking);
  if (native.success) return native.data.type !== 'disabled';
  return effort ? effort !== 'none' : undefined;
}

function forcesTool({ tool_choice: choice }: ChatConversation): boolean {
  return choice === 'required' || (typeof choice === 'object' && choice !== null);
}
