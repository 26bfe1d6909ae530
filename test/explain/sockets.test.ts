import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Explanation, explain, readQuestion } from '../../src/explain/index.ts';
import { seal, type Unit } from '../../src/ir/index.ts';

const ORIGIN = { kind: 'Gateway', namespace: 'ns', name: 'gw' };

function listener(name: string, port: number, hostname = '*'): Unit {
  const [namespace, gateway, section = ''] = name.split('/');
  const rest = {
    gateway: `${namespace}/${gateway}`,
    section,
    port,
    protocol: 'HTTP',
    hostname,
    origin: ORIGIN,
  } as const;
  return seal({ kind: 'Listener', name, ...rest });
}

function bind(host: string, port: number, ...listeners: readonly string[]): Unit {
  return seal({ kind: 'Bind', name: `${host}:${port}`, host, port, listeners });
}

/** Two Gateways on one port, at addresses of their own; one has a listener on a port that was mapped. */
const UNITS = [
  listener('a/gw/any', 80),
  listener('a/gw/shop', 80, '*.shop.example'),
  listener('a/gw/mapped', 81),
  listener('b/gw/api', 80, 'api.example'),
  bind('10.0.0.1', 80, 'a/gw/any', 'a/gw/shop'),
  bind('10.0.0.1', 8081, 'a/gw/mapped'),
  bind('10.0.0.2', 80, 'b/gw/api'),
];

function asked(url: string, gateway?: string): Promise<Explanation> {
  const question = readQuestion({ url, ...(gateway !== undefined && { gateway }) });
  assert.ok(!('refused' in question));
  const nothing = { routes: [], objects: [], problems: [], get: () => undefined, locate: () => undefined };
  return explain({ units: UNITS, ...nothing }, question);
}

for (const [url, gateway, expected] of [
  ['http://x.shop.example/', undefined, 'a/gw shop'],
  ['http://other.example/', undefined, 'a/gw any'],
  ['http://api.example/', 'b/gw', 'b/gw api'],
  ['http://api.example/', 'a/gw', 'a/gw any'],
  ['http://x.example:81/', undefined, 'a/gw mapped'],
  ['http://x.example:8081/', undefined, 'a/gw mapped'],
  ['x.example', undefined, 'a/gw any'],
] as const) {
  test(`${url} ${gateway ?? ''} arrives at ${expected}`, async () => {
    const { listener: found } = await asked(url, gateway);
    assert.equal(found && `${found.gateway} ${found.name}`, expected);
  });
}

test('where several Gateways have the host, the others are named', async () => {
  const { notes } = await asked('http://api.example/');
  assert.match(notes.join('\n'), /several Gateways listen on this port.*--gateway [ab]\/gw/);
});

test('the listeners of the socket that did not get the request say why', async () => {
  const { otherListeners } = await asked('http://x.shop.example/');
  assert.deepEqual(
    otherListeners.map(({ name, reason }) => [name, reason]),
    [['any', 'it has the host too, but the more specific hostname goes first']],
  );
});

for (const [url, gateway, summary, cause] of [
  ['http://x.example:9/', undefined, /nothing listens on port 9/, /ports that are served: 80, 81/],
  ['http://x.example:81/', 'b/gw', /nothing listens on port 81/, /ports that are served: 80$/],
  ['http://x.example/', 'c/gw', /nothing listens on port 80/, /Gateway c\/gw serves no port/],
  ['https://x.example:80/', undefined, /port 80 speaks HTTP, not HTTPS/, /ask with http/],
] as const) {
  test(`${url} ${gateway ?? ''} arrives nowhere, and what would is said`, async () => {
    const found = await asked(url, gateway);
    assert.equal(found.outcome, 'error');
    assert.match(found.summary, summary);
    assert.match(found.causes.at(0)?.message ?? '', cause);
  });
}
