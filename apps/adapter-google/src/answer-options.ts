import { jsonMembers } from '@tokenroute/openai-wire';

/** What the client's request says about the form of its answer. */
export interface AnswerOptions {
  includeUsage: boolean;
  /** False: at most one call in an answer. */
  parallelToolCalls: boolean;
}

/** Reads it without parsing the messages again, which may hold megabytes of images. @param json the client's request */
export function readAnswerOptions(json: string): AnswerOptions {
  const members = jsonMembers(json) ?? [];
  const member = (key: string): unknown => {
    const found = members.findLast((one) => one.key === key);
    return found && JSON.parse(json.slice(found.valueStart, found.valueEnd));
  };
  const streamOptions = member('stream_options') as { include_usage?: unknown } | null | undefined;
  return {
    includeUsage: streamOptions?.include_usage === true,
    parallelToolCalls: member('parallel_tool_calls') !== false,
  };
}
