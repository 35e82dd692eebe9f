/** A cell: text from outside, or a number of ours (an amount, a count) that is written as it is. */
export type Cell = { text: string } | { number: string | number };

/** One record as RFC 4180 has it, its line end included. */
export function csvRecord(cells: readonly Cell[]): string {
  return `${cells.map(toField).join(',')}\r\n`;
}

/**
 * A spreadsheet runs text that begins like a formula: a quote before it makes it text, and shows that it is not as it was.
 * Numbers need none: a negative amount begins like one, and is none.
 */
function toField(cell: Cell): string {
  if ('number' in cell) return String(cell.number);
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(cell.text) ? `'${cell.text}` : cell.text;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
