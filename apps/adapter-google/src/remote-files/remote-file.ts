/** What a part may be: an `image_url` is an image, a `file` anything that can be taken. */
export type FileKind = 'image' | 'video' | 'any';

/** A file that a request names by its address. */
export interface RemoteFile {
  /** Where the request names it, e.g. `messages[2].content[1]`: faults say so, and it is the key of what was fetched. */
  param: string;
  url: string;
  kind: FileKind;
}

export interface FetchedFile {
  mimeType: string;
  /** Base64. */
  data: string;
}

/** By `param`. */
export type FetchedFiles = ReadonlyMap<string, FetchedFile>;
