import { asText, isObject, type Json, type ToolResult } from '../ask.js';
import type { Attachment, PromptTokens } from '../count-tokens.js';
import { base64Bytes } from '../openai-dialect/read-parts.js';
import { isSignatureOf } from '../signature.js';
import { readFields, refuse } from './google-fields.js';
import { needsSignatures } from './google-models.js';

export interface GoogleConversation {
  prompt: string;
  attachments: Attachment[];
  toolResults: ToolResult[];
}

interface Walk extends GoogleConversation {
  tokens: PromptTokens;
  model: string;
  /** Names of the calls of the content before, in order. */
  open: string[];
  /** Where the running turn began: earlier calls may lack their signatures. */
  turnStart: number;
}

const contentFields = new Set(['role', 'parts']);
const dataFields = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
];
const partFields = new Set([
  ...dataFields,
  'thought',
  'thoughtSignature',
  'videoMetadata',
  'mediaResolution',
  'partMetadata',
]);
const blobFields = new Set(['mimeType', 'data', 'displayName']);
/** https://ai.google.dev/gemini-api/docs/thought-signatures: for histories that come from elsewhere. */
const waivers = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'];

/** Roles, parts, that calls and responses pair up, and that signatures come back as they were. */
export function readGoogleContents(value: unknown, model: string, tokens: PromptTokens): GoogleConversation {
  if (!Array.isArray(value) || value.length === 0)
    throw refuse('* GenerateContentRequest.contents: contents is not specified');
  const contents = value.map((content: unknown, index) =>
    readFields(content, contentFields, `contents[${index}]`),
  );
  const walk: Walk = {
    prompt: '',
    attachments: [],
    toolResults: [],
    tokens,
    model,
    open: [],
    turnStart: lastTurn(contents),
  };
  contents.forEach((content, index) => readContent(content, index, walk));
  if (walk.open.length > 0)
    throw refuse('Please ensure that function call turn is followed by a function response turn.');
  return { prompt: walk.prompt, attachments: walk.attachments, toolResults: walk.toolResults };
}

function lastTurn(contents: Json[]): number {
  return contents.findLastIndex(
    (content) =>
      (content.role ?? 'user') === 'user' &&
      Array.isArray(content.parts) &&
      !content.parts.some(
        (part: unknown) => isObject(part) && (part.functionResponse ?? part.function_response) != null,
      ),
  );
}

function readContent(content: Json, index: number, walk: Walk): void {
  const role = asText(content.role ?? 'user');
  if (!['user', 'model', 'function'].includes(role)) throw refuse('Please use a valid role: user, model.');
  if (index === 0 && role !== 'user') throw refuse('Please ensure that the first content has the role user.');
  if (!Array.isArray(content.parts) || content.parts.length === 0)
    throw refuse(`* GenerateContentRequest.contents[${index}].parts: contents.parts must not be empty.`);
  const open = walk.open;
  walk.open = [];
  walk.toolResults = [];
  if (role === 'user') walk.prompt = '';
  let text = '';
  let calls = 0;
  content.parts.forEach((raw: unknown, number) => {
    const at = `contents[${index}].parts[${number}]`;
    const part = readFields(raw, partFields, at);
    text += readPart(part, at, role, walk);
    if (isObject(part.functionCall)) checkCallSignature(part, index, calls++, walk);
  });
  const answered = walk.toolResults.map((result) => result.name);
  if (answered.length !== open.length || [...answered].sort().join() !== [...open].sort().join())
    throw refuse(
      open.length === 0
        ? 'Please ensure that function response turn comes immediately after a function call turn.'
        : 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
  walk.tokens.message(text);
}

/** The part's text, for counting. */
function readPart(part: Json, at: string, role: string, walk: Walk): string {
  const data = dataFields.filter((name) => part[name] !== undefined);
  if (data.length > 1) throw refuse(`Invalid value at '${at}': oneof field 'data' is already set.`);
  if (data.length === 0 && part.thoughtSignature === undefined)
    throw refuse(
      `* GenerateContentRequest.${at}.data: required oneof field 'data' must have one initialized field`,
    );
  if (typeof part.text === 'string') {
    checkSignature(part, '');
    if (role === 'user') walk.prompt += part.text;
    return part.text;
  }
  if (part.inlineData !== undefined) return attach(readBlob(part.inlineData, at), walk);
  if (part.fileData !== undefined) return attach(readFile(part.fileData, at), walk);
  if (isObject(part.functionCall)) return readCall(part.functionCall, role, walk);
  if (part.functionResponse !== undefined) return readResponse(part.functionResponse, at, role, walk);
  return '';
}

function readCall(call: Json, role: string, walk: Walk): string {
  if (role !== 'model')
    throw refuse('Please ensure that function calls are in a content with the role model.');
  if (typeof call.name !== 'string') throw refuse('function_call.name: Name cannot be empty.');
  if (call.args != null && !isObject(call.args)) throw refuse('function_call.args: expected an object.');
  walk.open.push(call.name);
  return call.name + JSON.stringify(call.args ?? {});
}

function readResponse(response: unknown, at: string, role: string, walk: Walk): string {
  if (role === 'model')
    throw refuse('Please ensure that function responses are not in a content with the role model.');
  if (!isObject(response) || typeof response.name !== 'string' || response.name === '')
    throw refuse(`* GenerateContentRequest.${at}.function_response.name: Name cannot be empty.`);
  if (!isObject(response.response))
    throw refuse(
      `Invalid value at '${at}.function_response.response' (type.googleapis.com/google.protobuf.Struct)`,
    );
  const text = JSON.stringify(response.response);
  walk.toolResults.push({ name: response.name, text });
  return text;
}

function checkCallSignature(part: Json, index: number, callNumber: number, walk: Walk): void {
  const { name } = part.functionCall as Json;
  checkSignature(part, asText(name));
  if (
    part.thoughtSignature === undefined &&
    callNumber === 0 &&
    index > walk.turnStart &&
    needsSignatures(walk.model)
  )
    throw refuse(
      `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${asText(name)}\`, position ${index + 1}.`,
    );
}

/** A call's signature covers its name. Clients may join text parts, so a text's signature covers no text. */
function checkSignature(part: Json, content: string): void {
  const { thoughtSignature } = part;
  if (thoughtSignature === undefined || waivers.includes(asText(thoughtSignature))) return;
  if (waivers.includes(Buffer.from(asText(thoughtSignature), 'base64').toString())) return;
  if (!isSignatureOf(thoughtSignature, content)) throw refuse('Thought signature is not valid.');
}

function kindOf(mimeType: string): Attachment['kind'] {
  if (mimeType.startsWith('image/')) return 'image';
  return mimeType.startsWith('audio/') ? 'audio' : 'document';
}

function readBlob(value: unknown, at: string): Attachment {
  const { mimeType, data } = readFields(value, blobFields, `${at}.inline_data`);
  if (typeof mimeType !== 'string' || mimeType === '')
    throw refuse(`Invalid value at '${at}.inline_data.mime_type'`);
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/_=-]+$/.test(data.slice(0, 100)))
    throw refuse(`Invalid value at '${at}.inline_data.data' (TYPE_BYTES), Base64 decoding failed`);
  return { kind: kindOf(mimeType), mediaType: mimeType, bytes: base64Bytes(data) };
}

function readFile(value: unknown, at: string): Attachment {
  const file = isObject(value) ? value : {};
  const uri = file.fileUri ?? file.file_uri;
  if (typeof uri !== 'string') throw refuse(`Invalid value at '${at}.file_data.file_uri'`);
  const mimeType = asText(file.mimeType ?? file.mime_type ?? '');
  return { kind: kindOf(mimeType), mediaType: mimeType || uri, bytes: undefined };
}

function attach(attachment: Attachment, walk: Walk): string {
  walk.attachments.push(attachment);
  walk.tokens.attachment(attachment);
  return '';
}
