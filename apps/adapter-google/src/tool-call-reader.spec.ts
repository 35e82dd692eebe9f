import { ToolCallReader } from './tool-call-reader.js';

const requestId = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('ToolCallReader', () => {
  test('ids that Gemini gives are kept; missing and repeated ones are made up, unique and stable (rule 30)', () => {
    const read = () => {
      const reader = new ToolCallReader(requestId);
      return ['a', null, 'a', undefined, ''].map(
        (id) => reader.fromGoogle({ id, name: 'f', args: {} }, null).id,
      );
    };
    const ids = read();
    expect(ids[0]).toBe('a');
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.slice(1).every((id) => /^[a-zA-Z0-9_-]{1,40}$/.test(id))).toBe(true);
    expect(read()).toEqual(ids);
  });

  test('ids made up for different answers differ (rule 30)', () => {
    const other = new ToolCallReader('01890a5d-ac96-774b-bcce-b302099a8058');
    const first = new ToolCallReader(requestId);
    expect(first.fromGoogle({ name: 'f' }, null).id).not.toBe(other.fromGoogle({ name: 'f' }, null).id);
  });

  test('a call without arguments has an empty object of them (rule 7)', () => {
    expect(new ToolCallReader(requestId).fromGoogle({ name: 'f' }, null).arguments).toBe('{}');
  });

  test('the signature travels with the call, and only where there is one (rules 31, 35)', () => {
    const reader = new ToolCallReader(requestId);
    expect(reader.fromGoogle({ name: 'f' }, 'S').extra).toEqual({
      extra_content: { google: { thought_signature: 'S' } },
    });
    expect(reader.fromGoogle({ name: 'f' }, undefined)).not.toHaveProperty('extra');
  });
});
