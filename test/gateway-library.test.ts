import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createGateway, createMemorySource, type GatewayEvent, type GatewayOptions } from '../src/gateway/index.ts';
import { DEFAULT_PROXY_OPTIONS, startWorker } from '../src/proxy/index.ts';
import { documents, gateway, gatewayClass, ROOT, route, service } from './cli-rig.ts';

async function started(t: TestContext, text: string, options: Partial<GatewayOptions> = {}) {
  const source = createMemorySource();
  source.setText('all.yaml', text);
  const events: GatewayEvent[] = [];
  const waiting = new Set<() => void>();
  const embedded = createGateway({
    source,
    echo: true,
    map: new Map([[80, 0]]),
    onEvent(event) {
      events.push(event);
      for (const wake of waiting) wake();
    },
    ...options,
  });
  t.after(() => embedded.close());
  await embedded.start();

  /** Resolves at an event after this call. */
  function next(fits: (event: GatewayEvent) => boolean): Promise<GatewayEvent> {
    const from = events.length;
    return new Promise(resolve => {
      const wake = () => {
        const found = events.slice(from).find(fits);
        if (found) resolve(found);
      };
      waiting.add(wake);
    });
  }
  return { source, embedded, events, next, url: () => embedded.listeners()[0]?.url ?? '' };
}

async function serviceAt(url: string): Promise<string> {
  const response = await fetch(url);
  const { service }: { service: string } = JSON.parse(await response.text());
  return service;
}

const ALL = documents(gatewayClass, gateway(), service('web'), service('other'), route('web'));

test('objects set in memory are served, and followed', async t => {
  const { source, url, next } = await started(t, ALL);
  assert.equal(await serviceAt(url()), 'default/web');
  const changed = next(event => event.event === 'change');
  source.setText('all.yaml', ALL.replace('name: web, port: 80', 'name: other, port: 80'));
  await changed;
  assert.equal(await serviceAt(url()), 'default/other');
});

test('a certificate that has expired is told of for as long as it is shown', async t => {
  const page = readFileSync(path.join(ROOT, 'docs', 'problems', 'CertificateExpired.md'), 'utf8');
  const [, expired = ''] = page.match(/```yaml\n(apiVersion: v1\nkind: Secret[^`]*?\n)---\n/) ?? [];
  const secured = gateway().replace('protocol: HTTP,', 'protocol: HTTPS, tls: { certificateRefs: [{ name: cert }] },');
  const { source, embedded, events, next } = await started(t, documents(gatewayClass, secured, expired));
  const codes = async () => (await embedded.problems()).map(({ code, object }) => `${code} ${object?.name}`);
  assert.deepEqual(await codes(), ['CertificateExpired cert']);
  assert.ok(events.some(event => event.event === 'problem' && event.problem.code === 'CertificateExpired'));
  const changed = next(event => event.event === 'solved');
  source.setText('all.yaml', documents(gatewayClass, gateway(), expired));
  await changed;
  assert.deepEqual(await codes(), []);
});

test('a Gateway that appears later gets its listener, one that goes loses it', async t => {
  const { source, embedded, next } = await started(t, documents(gatewayClass, service('web')));
  assert.deepEqual(embedded.listeners(), []);
  const listening = next(event => event.event === 'listener');
  source.setText('more.yaml', documents(gateway(), route('web')));
  await listening;
  const [listener] = embedded.listeners();
  assert.equal((await fetch(listener!.url)).status, 200);
  const gone = next(event => event.event === 'change' && event.action === 'deleted');
  source.deleteText('more.yaml');
  await gone;
  assert.deepEqual(embedded.listeners(), []);
  await assert.rejects(fetch(listener!.url, { headers: { connection: 'close' } }));
});

test('a status is written after the data plane took the change', async t => {
  const { embedded } = await started(t, ALL);
  const items = await embedded.status();
  const found = items.find(item => item.kind === 'Gateway');
  assert.ok(found);
  const { conditions } = found.status as { conditions: { type: string; status: string }[] };
  assert.deepEqual(Object.fromEntries(conditions.map(({ type, status }) => [type, status])), {
    Accepted: 'True',
    Programmed: 'True',
  });
});

test('a problem is said once for as long as it stands', async t => {
  const { source, events, next } = await started(t, ALL);
  const broken = ALL.replace('name: web, port: 80', 'name: nobody, port: 80');
  const problem = next(event => event.event === 'problem');
  source.setText('all.yaml', broken);
  await problem;
  const again = next(event => event.event === 'change');
  source.setText('all.yaml', `# moved by a line\n${broken.replace('value: /', 'value: /x')}`);
  await again;
  await new Promise(resolve => setImmediate(resolve));
  const codes = events.flatMap(event => (event.event === 'problem' ? [event.problem.code] : []));
  assert.deepEqual(codes, ['BackendNotFound']);
});

test('addresses never pass through translation', async t => {
  const { source, embedded, next } = await started(t, ALL);
  const translated = async () =>
    (await embedded.metrics()).match(/^sluice_(translated|attached|resolved)_.*_total \d+$/gm);
  const before = await translated();
  const changed = next(event => event.event === 'change');
  source.set({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ port: 9 }],
    endpoints: [{ addresses: ['127.0.0.1'] }],
  });
  await changed;
  const unit = (await embedded.config()).find(
    each => each.kind === 'Endpoints' && each.name === 'Service/default/web/80',
  );
  assert.ok(unit?.kind === 'Endpoints');
  assert.deepEqual(unit.endpoints, [{ address: '127.0.0.1', port: 9, state: 'ready' }]);
  assert.equal(before?.length, 4);
  assert.deepEqual(await translated(), before);
});

test('a data plane that dies is replaced, and said', async t => {
  const program =
    "import{parentPort}from'node:worker_threads';parentPort.on('message',()=>{throw new Error('worn out')})";
  const entry = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
  const worker = startWorker(DEFAULT_PROXY_OPTIONS, { entry });
  const { url, events, embedded } = await started(t, ALL, { worker });
  assert.equal(await serviceAt(url()), 'default/web');
  const [problem] = events.filter(event => event.event === 'problem');
  assert.match(problem?.problem.message ?? '', /worn out.*is being replaced/);
  assert.deepEqual(await embedded.problems(), []);
});

test('a problem is told when it comes, and as solved when it goes', async t => {
  const { source, next } = await started(t, ALL);
  const told = next(event => event.event === 'problem');
  source.setText('all.yaml', ALL.replace('name: web, port: 80', 'name: wep, port: 80'));
  const problem = await told;
  assert.equal(problem.event === 'problem' && problem.problem.code, 'BackendNotFound');
  const mended = next(event => event.event === 'solved');
  source.setText('all.yaml', ALL);
  const solved = await mended;
  assert.equal(solved.event === 'solved' && solved.problem.code, 'BackendNotFound');
});

test('a port that is in use is served when it is free, though nothing else changes', async t => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => blocker.once('listening', resolve));
  t.after(() => blocker.close());
  const port = Number(Object(blocker.address()).port);
  const text = documents(gatewayClass, gateway(port), service('web'), route('web'));
  const { embedded, events, next, url } = await started(t, text, { exactPorts: true, rebindAfter: 30 });
  assert.equal(url(), '');
  assert.match(JSON.stringify(await embedded.status()), /PortUnavailable/);
  await new Promise(resolve => setTimeout(resolve, 100));
  assert.equal(new Set(events.map(event => JSON.stringify(event))).size, events.length, 'nothing is said twice');
  const listening = next(({ event }) => event === 'listener');
  await new Promise(resolve => blocker.close(resolve));
  await listening;
  assert.equal(await serviceAt(url()), 'default/web');
  assert.doesNotMatch(JSON.stringify(await embedded.status()), /PortUnavailable/);
});

test('a drain does not wait for a data plane that takes no change over', { timeout: 20_000 }, async t => {
  const worker = startWorker(DEFAULT_PROXY_OPTIONS);
  let asked = () => {};
  const hung = new Promise<void>(resolve => {
    asked = resolve;
  });
  let deaf = false;
  const apply: typeof worker.apply = (delta, share) => {
    if (!deaf) return worker.apply(delta, share);
    asked();
    return new Promise(() => {});
  };
  const { source, embedded } = await started(t, ALL, { worker: { ...worker, apply } });
  deaf = true;
  source.setText('all.yaml', ALL.replace('name: web, port: 80', 'name: other, port: 80'));
  await hung;
  await embedded.drain(50);
});
