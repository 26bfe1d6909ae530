import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createGateway, createMemorySource, type Gateway } from '../src/gateway/index.ts';
import { type NameServer, startNameServer } from './name-server.ts';

/** A gateway before backends that are names, which the name server knows. */
async function rig(t: TestContext, privateNames: boolean) {
  const names = await startNameServer();
  const server = createServer((request, response) => response.end(`served ${request.headers.host}`));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const source = createMemorySource();
  source.setText('all.yaml', manifests(port));
  const gateway = createGateway({
    source,
    map: new Map([[80, 0]]),
    privateNames,
    dnsServers: [names.address],
  });
  t.after(async () => {
    await gateway.close();
    await names.close();
    server.close();
  });
  return { names, gateway };
}

function manifests(port: number): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec: { gatewayClassName: sluice, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.x-k8s.io/v1alpha1
kind: XBackend
metadata: { name: outside }
spec: { type: ExternalHostname, externalHostname: { hostname: api.shop.example }, port: { port: ${port} } }
---
apiVersion: v1
kind: Service
metadata: { name: alias }
spec: { type: ExternalName, externalName: alias.shop.example }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r }
spec:
  parentRefs: [{ name: gw }]
  rules:
    - matches: [{ path: { value: /x } }]
      backendRefs: [{ group: gateway.networking.x-k8s.io, kind: XBackend, name: outside }]
    - backendRefs: [{ name: alias, port: ${port} }]
`;
}

async function ask(base: string, path: string): Promise<string> {
  const response = await fetch(new URL(path, base));
  return response.ok ? await response.text() : String(response.status);
}

/** Asks until the answer is this one. */
async function answers(base: string, path: string, wanted: RegExp): Promise<void> {
  let last = '';
  for (let tries = 0; tries < 200; tries++) {
    last = await ask(base, path);
    if (wanted.test(last)) return;
    await delay(25);
  }
  assert.match(last, wanted);
}

function place(names: NameServer, address: string | undefined): void {
  for (const hostname of ['api.shop.example', 'alias.shop.example'])
    names.set(hostname, address === undefined ? undefined : [address]);
}

test('backends are found by their names, lost and found again', async t => {
  const { names, gateway } = await rig(t, true);
  await gateway.start();
  const base = gateway.listeners()[0]!.url!;
  for (const path of ['/x', '/']) assert.equal(await ask(base, path), '503');
  place(names, '127.0.0.1');
  for (const path of ['/x', '/']) await answers(base, path, /^served 127\.0\.0\.1:\d+$/);
  assert.deepEqual(await codes(gateway), []);
  place(names, undefined);
  for (let tries = 0; (await codes(gateway)).length < 2 && tries < 200; tries++) await delay(25);
  assert.deepEqual(await codes(gateway), ['HostNotResolved', 'HostNotResolved']);
  for (const path of ['/x', '/']) assert.match(await ask(base, path), /^served/, 'its last addresses are used on');
});

test('a name leads nobody to this machine who did not ask for it', async t => {
  const { names, gateway } = await rig(t, false);
  place(names, '127.0.0.1');
  await gateway.start();
  for (let tries = 0; (await codes(gateway)).length < 2 && tries < 200; tries++) await delay(25);
  assert.deepEqual(await codes(gateway), ['AddressNotPublic', 'AddressNotPublic']);
  const base = gateway.listeners()[0]!.url!;
  for (const path of ['/x', '/']) assert.equal(await ask(base, path), '503');
});

async function codes(gateway: Gateway): Promise<readonly string[]> {
  const all = await gateway.problems();
  return all.map(({ code }) => code).filter(code => ['HostNotResolved', 'AddressNotPublic'].includes(code));
}
