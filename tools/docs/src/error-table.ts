import type { FaultKind } from '@tokenroute/faults';
import { markdownTable } from './markdown-table.js';

/** A row for each error, by status, and which of them may go away by themselves. */
export function errorTable(faults: Readonly<Record<string, FaultKind>>): string {
  const kinds = Object.values(faults).sort((left, right) => left.httpStatus - right.httpStatus);
  const table = markdownTable(
    ['status', '`type`', 'when'],
    kinds.map(({ httpStatus, openAiType, when }) => [String(httpStatus), `\`${openAiType}\``, when]),
  );
  const retryable = kinds.filter(({ retryable }) => retryable).map(({ httpStatus }) => httpStatus);
  return `${table}\n\nThe same request may succeed later after ${retryable.join(', ')}.`;
}
