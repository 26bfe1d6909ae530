import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Backend, type BackendTls, type Endpoints, seal } from '../../ir/index.ts';
import { Lane } from '../shared/lane.ts';
import { createSharedMemory } from '../shared/shared-memory.ts';
import { Clusters } from './clusters.ts';

const NAME = 'Service/default/a/80';
const origin = { kind: 'Service', namespace: 'default', name: 'a' } as const;

function backend(name = NAME, more: Partial<Backend> = {}): Backend {
  return seal({ kind: 'Backend', name, protocol: 'http1', origin, ...more });
}

function endpoints(...addresses: readonly string[]): Endpoints {
  const listed = addresses.map(address => ({ address, port: 80, state: 'ready' }) as const);
  return seal({ kind: 'Endpoints', name: NAME, endpoints: listed });
}

const empty = (): Clusters => new Clusters(new Lane(createSharedMemory(), 0), 1_000);

test('variants of a backend share its endpoints, whichever of all comes first', () => {
  const clusters = empty();
  clusters.upsert(backend(`${NAME};h2`, { protocol: 'http2' }));
  clusters.upsert(endpoints('a', 'b'));
  clusters.upsert(backend());
  const plain = clusters.get(NAME)!;
  assert.equal(clusters.get(`${NAME};h2`)!.endpoints, plain.endpoints);
  assert.equal(plain.endpoints.size, 2);
  clusters.remove('Backend', `${NAME};h2`);
  assert.deepEqual([clusters.get(`${NAME};h2`), clusters.get(NAME), clusters.knows(NAME)], [undefined, plain, true]);
});

test('a backend is known without endpoints, and endpoints are kept without a backend', () => {
  const clusters = empty();
  clusters.upsert(endpoints('a'));
  assert.deepEqual([clusters.get(NAME), clusters.knows(NAME)], [undefined, false]);
  clusters.upsert(backend());
  assert.equal(clusters.get(NAME)?.endpoints.size, 1);
  clusters.remove('Endpoints', NAME);
  assert.equal(clusters.get(NAME)?.endpoints.size, 0);
  clusters.remove('Backend', NAME);
  clusters.upsert(backend());
  assert.equal(clusters.get(NAME)?.endpoints.size, 0);
});

test('the way is the same until the backend says another, or one of its Secrets changes', () => {
  const tls = (serverName: string): BackendTls => ({
    serverName,
    names: [],
    authorities: ['ConfigMap/default/ca'],
    clientCertificate: 'Secret/default/own',
  });
  const clusters = empty();
  clusters.upsert(backend(NAME, { tls: tls('a') }));
  const wayNow = () => clusters.get(NAME)!.way;
  const table: readonly (readonly [what: string, change: () => void, stays: boolean])[] = [
    ['the same', () => clusters.upsert(backend(NAME, { tls: tls('a') })), true],
    [
      'another origin',
      () => clusters.upsert(backend(NAME, { tls: tls('a'), origin: { ...origin, field: 'x' } })),
      true,
    ],
    ['another name', () => clusters.upsert(backend(NAME, { tls: tls('b') })), false],
    ['no secret of its', () => clusters.renewSecrets(new Set(['Secret/default/other'])), true],
    ['its authority', () => clusters.renewSecrets(new Set(['ConfigMap/default/ca'])), false],
    ['its own certificate', () => clusters.renewSecrets(new Set(['Secret/default/own'])), false],
    ['plaintext', () => clusters.upsert(backend()), false],
    ['a secret, in plaintext', () => clusters.renewSecrets(new Set(['ConfigMap/default/ca'])), true],
  ];
  for (const [what, change, stays] of table) {
    const before = wayNow();
    change();
    assert.equal(wayNow() === before, stays, what);
  }
});
