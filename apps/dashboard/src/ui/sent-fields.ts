import type { FormEvent } from 'react';

/** What a form's fields hold, by name, when it is sent; the page itself stays. */
export function sentFields(event: FormEvent<HTMLFormElement>): Record<string, string> {
  event.preventDefault();
  const fields = new FormData(event.currentTarget);
  return Object.fromEntries([...fields].map(([name, value]) => [name, String(value)]));
}
