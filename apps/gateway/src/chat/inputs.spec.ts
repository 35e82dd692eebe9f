import type { Model } from '@tokenroute/contracts';
import type { ChatRequest } from '@tokenroute/openai-wire';
import { attachmentsOf, requireInputs } from './inputs.js';

function request(...parts: unknown[]): ChatRequest {
  return {
    model: 'm',
    messages: [
      { role: 'system', content: 'x' },
      { role: 'user', content: parts },
    ],
  };
}

function model(...capabilities: string[]): Model {
  return { id: 'codestral', capabilities } as Model;
}

describe('inputs', () => {
  test.each([
    [{ type: 'image_url', image_url: { url: 'https://a/b.png' } }, 'image'],
    [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }, 'audio'],
    [{ type: 'video_url', video_url: { url: 'https://a/b.mp4' } }, 'video'],
    [{ type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } }, 'pdf'],
    [{ type: 'file', file: { file_data: 'AAAA', filename: 'Report.PDF' } }, 'pdf'],
    [{ type: 'file', file: { file_data: 'data:video/mp4;base64,AAAA' } }, 'video'],
    [{ type: 'file', file: { file_id: 'file-1' } }, 'file'],
  ])('%j is %s', (part, kind) => {
    expect(attachmentsOf(request(part))).toMatchObject([{ kind, path: 'messages[1].content[0]' }]);
  });

  test('text and what nobody can read are no attachments', () => {
    expect(attachmentsOf(request({ type: 'text', text: 'a' }, null, 'b', { type: 'tomorrow' }))).toEqual([]);
  });

  test('a model that cannot take a kind of input refuses it by name', () => {
    const attachments = attachmentsOf(
      request({ type: 'text', text: 'a' }, { type: 'image_url', image_url: { url: 'u' } }),
    );
    expect(() => requireInputs(attachments, model('tools'))).toThrow(
      'messages[1].content[1]: codestral does not take images.',
    );
    expect(() => requireInputs(attachments, model('image'))).not.toThrow();
  });

  test('a file of an unknown kind is the provider’s to judge', () => {
    expect(() =>
      requireInputs(attachmentsOf(request({ type: 'file', file: { file_id: 'f' } })), model()),
    ).not.toThrow();
  });
});
