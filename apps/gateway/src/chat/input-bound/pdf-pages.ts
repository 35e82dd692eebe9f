/**
 * The number of pages of a PDF that says so in clear.
 * @param payload base64, or a data: URL of it
 * @returns null when pages may be hidden in compressed objects, and for anything else
 */
export function pdfPagesOf(payload: string): number | null {
  const comma = payload.startsWith('data:') ? payload.indexOf(',') + 1 : 0;
  const pdf = Buffer.from(payload.slice(comma), 'base64');
  if (pdf.indexOf('%PDF-') < 0 || pdf.includes('/ObjStm') || pdf.includes('/Encrypt')) return null;
  let pages = 0;
  for (let at = pdf.indexOf('/Type'); at >= 0; at = pdf.indexOf('/Type', at + 5)) {
    let name = at + 5;
    while (isBlank(pdf[name])) name += 1;
    // /Page, not /Pages
    if (pdf.toString('latin1', name, name + 5) === '/Page' && pdf[name + 5] !== 0x73) pages += 1;
  }
  return pages > 0 ? pages : null;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c || byte === 0;
}
