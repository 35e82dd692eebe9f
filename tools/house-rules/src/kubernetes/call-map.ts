/**
 * Who calls whom, as ARCHITECTURE.md says it: the code block that follows the heading "Who calls whom", one caller a line:
 * `caller  target target`. A target is a service and its port's name (`auth:grpc`), a server (`nats`), or what is outside
 * and a port's number (`internet:443`). `adapters`, `migrations` and `services` stand for all of their kind.
 *
 * @returns edges as `caller -> target`, sorted
 * @throws Error when the document has no such block, or a line of it cannot be read
 */
export function readCallMap(markdown: string, groups: Readonly<Record<string, readonly string[]>>): string[] {
  const block = /## Who calls whom\n[\s\S]*?```text\n([\s\S]*?)```/.exec(markdown)?.[1];
  if (block === undefined) throw new Error('There is no map under the heading "Who calls whom".');
  const members = (name: string) => groups[name] ?? [name];
  const edges = block
    .trim()
    .split('\n')
    .flatMap((line) => {
      const match = /^([a-z-]+) {2,}([a-z-]+(?::[a-z\d]+)?(?: [a-z-]+(?::[a-z\d]+)?)*)$/.exec(line);
      if (!match) throw new Error(`Not a line of the map: ${line}`);
      const [, caller = '', targets = ''] = match;
      return members(caller).flatMap((each) =>
        targets.split(' ').flatMap((target) => {
          const [name = '', port] = target.split(':');
          return members(name).map(
            (member) => `${each} -> ${port === undefined ? member : `${member}:${port}`}`,
          );
        }),
      );
    });
  return [...new Set(edges)].sort();
}
