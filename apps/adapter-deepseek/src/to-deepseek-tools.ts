import { type ChatTool, withoutNulls } from '@tokenroute/openai-wire';

/** Function tools; `strict` exists only on DeepSeek's beta address and is left out. https://api-docs.deepseek.com/guides/tool_calls */
export function toDeepSeekTools(tools: ChatTool[] | null | undefined): unknown[] | undefined {
  if (!tools?.length) return undefined;
  return tools.map(({ function: { name, description, parameters } }) => ({
    type: 'function',
    function: withoutNulls({ name, description, parameters }),
  }));
}
