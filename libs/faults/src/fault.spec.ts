import { asFault, Fault } from './fault.js';
import { faultTable, isFaultCode } from './fault-table.js';

describe('Fault', () => {
  test('what was not thrown as a Fault keeps its text from the client', () => {
    const fault = asFault(new Error('password=hunter2'));
    expect(fault.code).toBe('internal');
    expect(fault.publicMessage).not.toContain('hunter2');
    expect((fault.cause as Error).message).toContain('hunter2');
  });

  test('a Fault passes through unchanged', () => {
    const fault = new Fault('insufficient-quota', 'no money', { param: 'model' });
    expect(asFault(fault)).toBe(fault);
  });

  test('every code has an HTTP error status and a gRPC status', () => {
    for (const kind of Object.values(faultTable)) {
      expect(kind.httpStatus).toBeGreaterThanOrEqual(400);
      expect(kind.grpcStatus).toBeGreaterThan(0);
    }
  });

  test('names inherited from Object are not codes', () => {
    expect(isFaultCode('constructor')).toBe(false);
    expect(isFaultCode('upstream')).toBe(true);
  });
});
