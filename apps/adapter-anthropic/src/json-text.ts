/** JSON text that is written as it stands: numbers keep their digits, objects the order of their keys. */
export class JsonText {
  constructor(readonly text: string) {}
}

/** Like JSON.stringify, with `JsonText` values taken over unread. Members that are undefined are left out. */
export function writeJson(value: unknown): string {
  if (value instanceof JsonText) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${writeJson(member)}`).join(',')}}`;
}
