/**
 * Whether the client itself asked for the usage chunk; upstream is always asked.
 * @param body the client's JSON
 */
export function asksForUsage(body: string): boolean {
  const { stream_options: options } = JSON.parse(body) as {
    stream_options?: { include_usage?: unknown } | null;
  };
  return options?.include_usage === true;
}
