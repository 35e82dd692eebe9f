import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

export interface PageFile {
  body: Buffer;
  type: string;
  etag: string;
  /** Brotli, of what gets smaller by it. */
  compressed?: Buffer;
  /** Its name changes with its contents. */
  immutable: boolean;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};
const compressible = new Set(['.html', '.js', '.css', '.svg', '.json', '.txt']);
const compress = promisify(brotliCompress);

/** The built pages by their path (`/assets/…`), read and compressed once: what is not among them does not exist. */
export async function readPageFiles(folder: string): Promise<Map<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.map(async (file): Promise<[string, PageFile]> => {
    const path = `/${relative(folder, file)}`;
    return [path, await toPageFile(path, await readFile(file))];
  });
  return new Map(await Promise.all(read));
}

async function toPageFile(path: string, body: Buffer): Promise<PageFile> {
  const extension = extname(path);
  return {
    body,
    type: types[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    compressed: compressible.has(extension)
      ? await compress(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
      : undefined,
    immutable: path.startsWith('/assets/'),
  };
}
