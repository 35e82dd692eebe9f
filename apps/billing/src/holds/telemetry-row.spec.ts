import type { Telemetry } from '@tokenroute/contracts';
import { fromTelemetryRow, toTelemetryRow } from './telemetry-row.js';

const telemetry: Telemetry = {
  httpStatus: 200,
  durationMs: 1_830,
  firstTokenMs: 240,
  streamed: true,
  finishReason: 'tool_calls',
  upstreamModel: 'models/gemini-2.5-pro@001',
};

test.each<Telemetry>([
  telemetry,
  { ...telemetry, firstTokenMs: undefined, streamed: false },
  { ...telemetry, httpStatus: 499, finishReason: '' },
  { ...telemetry, durationMs: 0, firstTokenMs: 0 },
])('%j is kept as it was told', (told) => {
  expect(fromTelemetryRow(toTelemetryRow(told))).toEqual(told);
});

test('nothing that was told is nothing that is kept', () => {
  expect(new Set(Object.values(toTelemetryRow(undefined)))).toEqual(new Set([null]));
  expect(fromTelemetryRow(toTelemetryRow(undefined))).toBeUndefined();
});

test.each<[Partial<Telemetry>, Partial<Telemetry>]>([
  [{ httpStatus: 99 }, { httpStatus: 0 }],
  [{ httpStatus: 4_294_967_295 }, { httpStatus: 0 }],
  [{ durationMs: 4_294_967_295 }, { durationMs: 2_147_483_647 }],
  [{ firstTokenMs: 4_294_967_295 }, { firstTokenMs: 2_147_483_647 }],
  [{ finishReason: 'a\0b' }, { finishReason: '' }],
  [{ finishReason: 'x'.repeat(41) }, { finishReason: '' }],
  [{ upstreamModel: '\ud800' }, { upstreamModel: '' }],
  [{ upstreamModel: 'x'.repeat(201) }, { upstreamModel: '' }],
])('of %j is kept what fits: %j', (told, kept) => {
  expect(fromTelemetryRow(toTelemetryRow({ ...telemetry, ...told }))).toEqual({ ...telemetry, ...kept });
});
