import type { CompleteRequest } from '@tokenroute/contracts';
import { type ChatConversation, jsonMembers } from '@tokenroute/openai-wire';
import { anthropicModel } from './anthropic-models.js';
import { type OutputDemand, toAnthropicOutput } from './to-anthropic-output.js';

/** What of a request decides about the form of its answer. */
export interface ClientDemand {
  /** Whether a stream closes with the usage chunk. */
  includesUsage: boolean;
  /** The tool whose input is the answer, where the model answers through one. */
  answerTool: string | null;
}

export type AnsweredRequest = Pick<CompleteRequest, 'requestId' | 'publicModel' | 'upstreamModel' | 'body'>;

/** Reads a request that was translated before; messages, which may be megabytes, are not built again. */
export function readClientDemand({ body, upstreamModel }: AnsweredRequest): ClientDemand {
  const json = body.toString('utf8');
  const members = jsonMembers(json) ?? [];
  const read = (name: string): unknown => {
    const member = members.findLast(({ key }) => key === name);
    return member ? JSON.parse(json.slice(member.valueStart, member.valueEnd)) : undefined;
  };
  const streamOptions = read('stream_options') as ChatConversation['stream_options'];
  const demand: OutputDemand = {
    response_format: read('response_format') as ChatConversation['response_format'],
    tools: read('tools') as ChatConversation['tools'],
    tool_choice: read('tool_choice') as ChatConversation['tool_choice'],
  };
  const output = toAnthropicOutput(demand, anthropicModel(upstreamModel));
  return {
    includesUsage: streamOptions?.include_usage === true,
    answerTool: output.kind === 'answer-tool' ? output.tool.name : null,
  };
}
