/** Longer ones are not ordinary. */
const mostHeaderBytes = 4_096;
const lineEnd = '\r\n';
const headersEnd = Buffer.from(lineEnd + lineEnd);

/** A header that says more about the request's length, or about what is to become of the connection, than is read here. */
const unusual =
  /\r\n(?:transfer-encoding|expect|upgrade|trailer|proxy-connection|connection(?!: ?keep-alive\r\n))/;
const lengthName = 'content-length';
const contentLength = /\r\ncontent-length: ?(\d{1,8})\r\n/;
/** Names and values as they are mostly written: no white space where it means something, nothing but visible ASCII. */
const plain = /^\r\n(?:[a-z0-9-]+: ?[\x21-\x7e](?:[ \x21-\x7e]*[\x21-\x7e])?\r\n)+$/;

/**
 * Whether bytes that follow the end of a request are exactly one more, a POST to a path, with all of its body. Only the
 * ordinary is recognised: where parsers could differ about where a request ends, the answer is no.
 *
 * @param requestLine with its CRLF
 */
export function isWholeRequest(bytes: Buffer, requestLine: Buffer): boolean {
  if (!bytes.subarray(0, requestLine.length).equals(requestLine)) return false;
  const end = bytes.subarray(0, mostHeaderBytes).indexOf(headersEnd);
  if (end < requestLine.length) return false;
  const headers = bytes
    .toString('latin1', requestLine.length - lineEnd.length, end + lineEnd.length)
    .toLowerCase();
  if (!plain.test(headers) || unusual.test(headers)) return false;
  if (headers.indexOf(lengthName) !== headers.lastIndexOf(lengthName)) return false;
  const length = contentLength.exec(headers)?.[1];
  return length !== undefined && end + headersEnd.length + Number(length) === bytes.length;
}
