import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { seal } from '../ir/index.ts';
import type { Share } from './data-plane.ts';
import { DEFAULT_PROXY_OPTIONS } from './options.ts';
import { NOTHING_COUNTED, reportText } from './telemetry/report.ts';
import { type ProxyWorker, startWorker } from './worker-host.ts';

const BIND = seal({ kind: 'Bind', name: 'here', host: '127.0.0.1', port: 0, listeners: [] });

const started: ProxyWorker[] = [];
afterEach(async () => {
  for (const worker of started.splice(0)) await worker.close();
});

function start(program?: string): ProxyWorker {
  const entry = program === undefined ? {} : { entry: new URL(`data:text/javascript,${encodeURIComponent(program)}`) };
  const worker = startWorker(DEFAULT_PROXY_OPTIONS, entry);
  started.push(worker);
  return worker;
}

const ALONE: Share = { cells: new Int32Array(), claim: true };

function program(onMessage: string): string {
  return `import { parentPort } from 'node:worker_threads'; let n = 0; parentPort.on('message', question => { ${onMessage} });`;
}

test('a worker binds, answers, counts, drains and ends', async () => {
  const worker = start();
  const exits: string[] = [];
  worker.onExit(message => exits.push(message));
  const { bound, failures } = await worker.apply({ upserts: [BIND], removals: [] }, ALONE);
  assert.deepEqual(failures, []);
  const response = await fetch(`http://127.0.0.1:${bound.here!.port}/`);
  assert.equal(response.status, 404);
  await response.text();
  assert.match(reportText(await worker.report()), /sluice_http_requests_total\{.*code="404"\} 1\n/);
  await worker.drain(2_000);
  await assert.rejects(fetch(`http://127.0.0.1:${bound.here!.port}/`));
  await worker.close();
  assert.deepEqual(exits, []);
  await assert.rejects(worker.apply({ upserts: [], removals: [] }, ALONE), /the worker ended/);
});

test('a port in use comes back as a failure, not as an exception', async () => {
  const { bound } = await start().apply({ upserts: [BIND], removals: [] }, ALONE);
  const taken = seal({ kind: 'Bind', name: 'taken', host: '127.0.0.1', port: bound.here!.port, listeners: [] });
  const { failures } = await start().apply({ upserts: [taken], removals: [] }, ALONE);
  assert.deepEqual(
    failures.map(({ bind, code }) => [bind, code]),
    [['taken', 'EADDRINUSE']],
  );
});

test('a worker that throws rejects what is asked of it and says why, once', async () => {
  const worker = start(program('throw new Error("struck");'));
  const { promise, resolve } = Promise.withResolvers<string>();
  worker.onExit(resolve);
  await assert.rejects(worker.apply({ upserts: [], removals: [] }, ALONE), /the worker ended: struck/);
  assert.equal(await promise, 'struck');
  assert.deepEqual(await worker.report(), NOTHING_COUNTED);
  await worker.drain(1_000);
  const late = Promise.withResolvers<string>();
  worker.onExit(late.resolve);
  assert.equal(await late.promise, 'struck');
});

test('an error inside the worker is the answer to that question only', async () => {
  const worker = start(
    program(`parentPort.postMessage(n++ ? { kind: 'applied', id: question.id, applied: { bound: {}, failures: [] } }
      : { kind: 'failed', id: question.id, message: 'no' });`),
  );
  await assert.rejects(worker.apply({ upserts: [], removals: [] }, ALONE), /^Error: no$/);
  assert.deepEqual(await worker.apply({ upserts: [], removals: [] }, ALONE), { bound: {}, failures: [] });
});

test('metrics of a worker that no longer answers are the last ones known', async () => {
  const worker = start(
    program(`if (n++ === 0) parentPort.postMessage({ kind: 'metrics', id: question.id, report: 'first' });`),
  );
  assert.equal(await worker.report(), 'first');
  await new Promise(resolve => setTimeout(resolve, 300));
  assert.equal(await worker.report(), 'first');
});
