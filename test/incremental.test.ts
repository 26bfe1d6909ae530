import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createEndpointLane, type EndpointLane } from '../src/gateway/endpoints/endpoint-lane.ts';
import { type Delta, seal, type Unit } from '../src/ir/index.ts';
import { createRouter, type Router } from '../src/router/index.ts';
import { type Batch, createMemorySource, type MemorySource } from '../src/sources/index.ts';
import { createTranslator, type Translator } from '../src/translate/index.ts';
import { assumedPlacement } from './translation/assumed-placement.ts';

const ROUTES = 5_000;
const FRAME = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: sluice }
spec: { controllerName: sluice.dev/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: sluice
  listeners: [{ name: http, port: 80, protocol: HTTP }]
---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { ports: [{ port: 80 }] }
`;

/** One file with all routes; that of number `edited` leads elsewhere. */
function manifest(edited: number, path: string, slice = ''): string {
  const routes = Array.from({ length: ROUTES }, (_, at) => routeText(at, at === edited ? path : `/r${at}`));
  return [FRAME, ...routes, slice].filter(text => text !== '').join('---\n');
}

function routeText(at: number, path: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: route-${at} }
spec:
  parentRefs: [{ name: gw }]
  hostnames: [host-${at % 50}.example]
  rules:
    - matches: [{ path: { type: PathPrefix, value: ${path} } }]
      backendRefs: [{ name: shop, port: 80 }]
`;
}

const slice = (address: string) => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: shop-1, labels: { kubernetes.io/service-name: shop } }
addressType: IPv4
ports: [{ port: 3000 }]
endpoints: [{ addresses: [${address}] }]
`;

/** A pipeline from text to router, as a gateway has it, without sockets. */
interface Pipeline {
  readonly source: MemorySource;
  readonly translator: Translator;
  /** Addresses go another way. */
  readonly lane: EndpointLane;
  readonly router: Router<string>;
  /** What the next batch comes to. */
  next(): Promise<Delta>;
}

async function startPipeline(text: string): Promise<Pipeline> {
  const source = createMemorySource();
  const translator = createTranslator();
  const router = createRouter(route => route.name);
  const lane = createEndpointLane();
  let arrived = Promise.withResolvers<Delta>();
  source.setText('all.yaml', text);
  await source.start(batch => {
    const delta = carry(translator, lane, batch);
    router.apply(delta);
    arrived.resolve(delta);
    arrived = Promise.withResolvers();
  });
  const bind = { kind: 'Bind', name: 'socket', host: '127.0.0.1', port: 0, listeners: ['default/gw/http'] } as const;
  router.apply({ upserts: [seal(bind)], removals: [] });
  return { source, translator, lane, router, next: () => arrived.promise };
}

function carry(translator: Translator, lane: EndpointLane, batch: Batch): Delta {
  for (const resource of batch.upserts) for (const way of [translator, lane]) way.upsert(resource);
  for (const object of batch.deletes) for (const way of [translator, lane]) way.remove(object);
  translator.place('default/gw', assumedPlacement);
  return translator.settle().delta;
}

function answer({ router }: Pipeline, host: string, path: string): string {
  const found = router.bind('socket')!.match({ method: 'GET', host, path, query: '', header: () => undefined });
  return typeof found === 'string' ? found : found.action;
}

let pipeline: Pipeline;
before(async () => {
  pipeline = await startPipeline(manifest(-1, ''));
});

test('5,000 routes of one file are translated once and found', () => {
  assert.equal(pipeline.translator.counters.translated, ROUTES);
  assert.equal(pipeline.router.compiled.rules, ROUTES);
  assert.equal(answer(pipeline, 'host-49.example', '/r4999/x'), 'HTTPRoute/default/route-4999@default/gw');
});

test('one edited route is the only one that is translated, published and compiled', async () => {
  const before = { ...pipeline.translator.counters, ...pipeline.router.compiled };
  const delta = await edit(manifest(2_500, '/elsewhere'));
  const after = { ...pipeline.translator.counters, ...pipeline.router.compiled };
  assert.deepEqual(delta.upserts.map(nameOf), ['Route HTTPRoute/default/route-2500@default/gw']);
  assert.deepEqual(delta.removals, []);
  assert.deepEqual(
    { translated: after.translated - before.translated, rules: after.rules - before.rules },
    { translated: 1, rules: 1 },
  );
  assert.ok(
    after.resolved - before.resolved <= 1 && after.attached - before.attached <= 1,
    'no other route is looked at',
  );
  assert.ok(after.nodes - before.nodes <= 3, `${after.nodes - before.nodes} nodes replaced`);
  assert.equal(answer(pipeline, 'host-0.example', '/elsewhere'), 'HTTPRoute/default/route-2500@default/gw');
  assert.equal(answer(pipeline, 'host-0.example', '/r2500'), 'no-route');
});

test('endpoints never pass through translation', async () => {
  pipeline.lane.want({ name: 'Service/default/shop/80' });
  await edit(manifest(2_500, '/elsewhere', slice('10.0.0.1')));
  assert.deepEqual(addresses(), ['10.0.0.1']);
  const before = { ...pipeline.translator.counters, ...pipeline.router.compiled };
  const delta = await edit(manifest(2_500, '/elsewhere', slice('10.0.0.2')));
  assert.deepEqual(addresses(), ['10.0.0.2']);
  assert.deepEqual(delta, { upserts: [], removals: [] });
  assert.deepEqual({ ...pipeline.translator.counters, ...pipeline.router.compiled }, before);
});

function edit(text: string): Promise<Delta> {
  const step = pipeline.next();
  pipeline.source.setText('all.yaml', text);
  return step;
}

function addresses(): string[] {
  return pipeline.lane.settle().flatMap(change => (change.endpoints ?? []).map(({ address }) => address));
}

function nameOf({ kind, name }: Unit): string {
  return `${kind} ${name}`;
}
