export type FormValue = string | FormValue[] | { [name: string]: FormValue };

/** Stripe's form encoding: `a[b][0]=c` is { a: { b: ['c'] } }. */
export function readForm(body: string): Record<string, FormValue> {
  const root: Record<string, FormValue> = {};
  for (const [key, value] of new URLSearchParams(body)) {
    const path = [...key.matchAll(/[^[\]]+/g)].map(([part]) => part);
    set(root, path, value);
  }
  return lists(root) as Record<string, FormValue>;
}

function set(target: Record<string, FormValue>, [name, ...rest]: string[], value: string): void {
  if (name === undefined || name === '__proto__') return;
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  target[name] ??= {};
  set(target[name] as Record<string, FormValue>, rest, value);
}

/** What is named 0, 1, 2, … is a list. */
function lists(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, lists(each)] as const);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}
