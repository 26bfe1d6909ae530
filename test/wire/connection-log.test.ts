import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import type { AccessLogOptions } from '../../src/proxy/index.ts';
import { eventually, startBackend } from './backend.ts';
import { backend } from './config.ts';
import { connectTo } from './peer.ts';
import { tcpUnits, transportRoute } from './transport-config.ts';
import { createWire } from './transport-rig.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-log-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** The lines of a connection that says `hello` to one that sends it back, and of one that nobody takes. */
async function lines(t: TestContext, format: AccessLogOptions['format']): Promise<readonly string[]> {
  const echo = await startBackend(({ socket }) => void socket.pipe(socket));
  const gone = await startBackend(() => {});
  gone.stop();
  t.after(echo.stop);
  const file = path.join(dir, format);
  const wire = createWire(t, { accessLog: { format, path: file } });
  const [port] = await wire.apply(tcpUnits(transportRoute({ a: 1 }), ...backend('a', echo.port)));
  const written = (count: number) => existsSync(file) && readFileSync(file, 'latin1').split('\n').length > count;
  const client = await connectTo(port!);
  client.send('hello');
  client.end();
  await client.stream.rest();
  await eventually(() => written(1), 'the first has its line');
  await wire.apply([...backend('a', gone.port)]);
  const refused = await connectTo(port!).catch(() => undefined);
  await refused?.stream.rest();
  await eventually(() => written(2), 'both have their lines');
  return readFileSync(file, 'latin1').trimEnd().split('\n');
}

test('JSON: a connection has no status, but a protocol', async t => {
  const [first, second] = (await lines(t, 'json')).map(line => JSON.parse(line));
  const { time, duration_ms, upstream_ms, endpoint, ...rest } = first;
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(duration_ms >= upstream_ms && upstream_ms >= 0);
  assert.match(endpoint, /^127\.0\.0\.1:\d+$/);
  const labels = { gateway: 'default/wire', listener: 'tcp', route: 'default/wire', rule: '0' };
  const common = { ...labels, backend: 'Service/default/a/80', client: '127.0.0.1', protocol: 'TCP' };
  assert.deepEqual(rest, { ...common, bytes_received: 5, bytes_sent: 5 });
  assert.deepEqual([second.flags, second.upstream_ms, second.bytes_sent], ['connect_failed', undefined, 0]);
});

test('text: the combined format', async t => {
  const [first, second] = await lines(t, 'text');
  const ms = String.raw`\d+\.\d{3}`;
  const labels = 'gateway="default/wire" listener="tcp" route="default/wire" rule="0" backend="Service/default/a/80"';
  const head = String.raw`^127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "TCP" - `;
  const ending = String.raw` endpoint=127\.0\.0\.1:\d+ ${labels}$`;
  assert.match(first!, new RegExp(`${head}5 "-" "-" duration_ms=${ms} upstream_ms=${ms} bytes_received=5${ending}`));
  assert.match(
    second!,
    new RegExp(`${head}0 "-" "-" duration_ms=${ms} bytes_received=0 flags=connect_failed${ending}`),
  );
});
