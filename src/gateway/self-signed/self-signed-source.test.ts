import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { selfSignedPair } from '../../certificates/index.ts';
import type { AnyResource } from '../../resources/index.ts';
import { createMemorySource } from '../../sources/index.ts';
import { selfSignedSource } from './self-signed-source.ts';

function gateway(...listeners: readonly object[]): object {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'gw' },
    spec: { gatewayClassName: 'sluice', listeners },
  };
}

const TLS = { certificateRefs: [{ name: 'cert' }] };
const https = (name: string, hostname?: string) => ({
  name,
  port: 443,
  protocol: 'HTTPS',
  tls: TLS,
  ...(hostname !== undefined && { hostname }),
});

function route(...hostnames: readonly string[]): object {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'r' },
    spec: { parentRefs: [{ name: 'gw' }], hostnames },
  };
}

const OWN = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'cert' },
  type: 'kubernetes.io/tls',
  stringData: { 'tls.crt': 'own', 'tls.key': 'own' },
};

/** The Secret that stands after each step, by its certificate. */
async function started(objects: readonly object[]) {
  const source = createMemorySource();
  source.setAll(objects);
  const wrapped = selfSignedSource(source);
  let standing: string | undefined;
  const read = (resource: AnyResource) => {
    if (resource.kind === 'Secret') standing = resource.stringData['tls.crt'];
  };
  await wrapped.start(({ upserts, deletes }) => {
    upserts.forEach(read);
    if (deletes.some(({ kind }) => kind === 'Secret')) standing = undefined;
  });
  return {
    problems: () => wrapped.problems().map(({ code, message }) => `${code}: ${message}`),
    names: () => (standing === undefined ? undefined : new X509Certificate(standing).subjectAltName),
    certificate: () => standing,
    async step(work: (source: ReturnType<typeof createMemorySource>) => void) {
      work(source);
      await new Promise(resolve => setImmediate(resolve));
    },
  };
}

test('a pair is a certificate that its own key has signed, for the names that are asked', () => {
  const { certificate, key } = selfSignedPair(['*.shop.example', 'localhost']);
  const read = new X509Certificate(certificate);
  assert.ok(read.verify(read.publicKey));
  assert.equal(read.subjectAltName, 'DNS:*.shop.example, DNS:localhost');
  assert.equal(read.checkHost('www.shop.example'), '*.shop.example');
  assert.ok(read.validFromDate.getTime() < Date.now() && read.validToDate.getTime() > Date.now());
  assert.match(key, /BEGIN PRIVATE KEY/);
});

test('a Secret that is not there is made for the hostnames of its listeners, and of routes where they have none', async () => {
  const { names, problems } = await started([gateway(https('a', '*.shop.example'), https('b')), route('r.example')]);
  assert.equal(names(), 'DNS:*.shop.example, DNS:r.example, DNS:localhost');
  assert.match(problems().join(), /^SelfSigned: Secret default\/cert does not exist.*SHA-256 (?:[0-9A-F]{2}:){31}/);
});

test('one that comes takes its place, and one that goes is replaced', async () => {
  const { certificate, names, problems, step } = await started([gateway(https('a', 'a.example'))]);
  await step(source => source.set(OWN));
  assert.deepEqual([certificate(), problems()], ['own', []]);
  await step(source => source.delete(OWN));
  assert.equal(names(), 'DNS:a.example, DNS:localhost');
  await step(source => source.delete(gateway()));
  assert.deepEqual([certificate(), problems()], [undefined, []]);
});

test('a certificate stays, unless hostnames come that it is not for', async () => {
  const { certificate, names, step } = await started([gateway(https('a')), route('a.example')]);
  const first = certificate();
  await step(source => source.set(route()));
  assert.equal(certificate(), first);
  await step(source => source.set(route('b.example')));
  assert.equal(names(), 'DNS:a.example, DNS:localhost, DNS:b.example');
});

test('what is passed through needs none, and a Secret that is there is left alone', async () => {
  const passed = { name: 'a', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' } };
  assert.equal((await started([gateway(passed)])).certificate(), undefined);
  const own = await started([gateway(https('a')), OWN]);
  assert.deepEqual([own.certificate(), own.problems()], ['own', []]);
});
