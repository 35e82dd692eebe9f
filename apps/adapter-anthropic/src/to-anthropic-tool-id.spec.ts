import { ToAnthropicToolId } from './to-anthropic-tool-id.js';

describe('ToAnthropicToolId', () => {
  test('an id Anthropic takes stays as it is', () => {
    const ids = new ToAnthropicToolId();
    expect(ids.forCall('toolu_01A-b')).toBe('toolu_01A-b');
    expect(ids.forResult('toolu_01A-b')).toBe('toolu_01A-b');
  });

  test('a foreign id is mapped alike in call and result, and the same way every time', () => {
    const ids = ['call:1/a', 'call.1.a', 'functions.f:0', 'ключ😀', ''];
    const mapped = ids.map((id) => {
      const toolIds = new ToAnthropicToolId();
      const native = toolIds.forCall(id);
      expect(toolIds.forResult(id)).toBe(native);
      expect(new ToAnthropicToolId().forCall(id)).toBe(native);
      return native;
    });
    for (const native of mapped) expect(native).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(new Set(mapped).size).toBe(ids.length);
  });

  test('an id that a client uses again is another call, and its result answers the latest', () => {
    const ids = new ToAnthropicToolId();
    expect(ids.forCall('call_1')).toBe('call_1');
    expect(ids.forResult('call_1')).toBe('call_1');
    expect(ids.forCall('call_1')).toBe('call_1-2');
    expect(ids.forResult('call_1')).toBe('call_1-2');
    expect(ids.forCall('call_1-2')).toBe('call_1-2-2');
  });
});
