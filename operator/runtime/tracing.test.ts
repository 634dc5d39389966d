import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { OtlpReceiver } from './testing/otlp-receiver.ts';
import { recordingLog } from './testing/recording-log.ts';
import { openSpanExport } from './tracing.ts';
import type { FinishedSpan } from './tracing.ts';

// Real sockets on a busy machine.
jest.setTimeout(30_000);

const program = { name: 'relevo-operator', version: '1.2.3', instance: 'pod-1' };
const traceId = 'a'.repeat(32);
const startMs = Date.UTC(2026, 0, 1, 12, 0, 0, 250);
const step: FinishedSpan = {
  traceId,
  spanId: '1'.repeat(16),
  parentSpanId: '2'.repeat(16),
  name: 'Filling',
  startMs,
  endMs: startMs + 1500,
  attributes: { 'relevo.revision': 'web-2', 'relevo.step.seconds': 1.5 },
};
const root: FinishedSpan = {
  traceId,
  spanId: '2'.repeat(16),
  name: 'release web',
  startMs: startMs - 50,
  endMs: startMs + 2000,
  attributes: {},
  error: 'check smoke',
};

let receiver: OtlpReceiver;
let endpoint: string;

beforeEach(async () => {
  receiver = new OtlpReceiver();
  endpoint = await receiver.start();
});

afterEach(async () => receiver.stop());

test('spans arrive with their own ids, times and attributes, and with the program they are from', async () => {
  const spans = await openSpanExport({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, program, recordingLog().log);
  spans?.export(step);
  spans?.export(root);
  await spans?.close();
  expect(receiver.refused).toEqual([]);
  expect(receiver.trace(traceId)).toMatchObject([
    { name: 'release web', spanId: root.spanId, status: { code: 2, message: 'check smoke' } },
    {
      name: 'Filling',
      spanId: step.spanId,
      parentSpanId: root.spanId,
      startTimeUnixNano: '1767268800250000000',
      endTimeUnixNano: '1767268801750000000',
      attributes: [
        { key: 'relevo.revision', value: { stringValue: 'web-2' } },
        { key: 'relevo.step.seconds', value: { doubleValue: 1.5 } },
      ],
      resource: { 'service.name': 'relevo-operator', 'service.version': '1.2.3', 'service.instance.id': 'pod-1' },
    },
  ]);
  expect(receiver.trace(traceId)[0]).not.toHaveProperty('parentSpanId');
});

test('a collector that refuses is said in the log, and holds nothing up', async () => {
  receiver.status = 400;
  const { log, lines } = recordingLog();
  const spans = await openSpanExport({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces` }, program, log);
  spans?.export(step);
  await spans?.close();
  expect(receiver.spans).toEqual([]);
  expect(lines).toMatchObject([{ level: 'warn', msg: 'Cannot export spans, they are dropped', spans: 1 }]);
});

test.each([
  ['no endpoint is set', {}],
  ['it is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  ['the SDK is disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' }],
  ['traces go nowhere', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_EXPORTER: 'none' }],
])('nothing is exported when %s', async (_when, environment) => {
  expect(await openSpanExport(environment, program, recordingLog().log)).toBeUndefined();
});
