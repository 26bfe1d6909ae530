import assert from 'node:assert/strict';
import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import https from 'node:https';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { documents, gatewayClass, manifests, route, running, service, sluice } from './cli-rig.ts';

const GATEWAY = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: sluice
  listeners:
    - { name: http, port: 443, protocol: HTTPS, hostname: shop.example, tls: { certificateRefs: [{ name: cert }] } }
`;
const ALL = documents(gatewayClass, GATEWAY, service('web'), route('web'));

async function shownAt(url: string): Promise<{ status: number; certificate: X509Certificate }> {
  const { port } = new URL(url);
  const headers = { host: `shop.example:${port}` };
  const request = https.get({
    host: '127.0.0.1',
    port,
    headers,
    servername: 'shop.example',
    rejectUnauthorized: false,
  });
  const [response] = await once(request, 'response');
  const certificate = (response.socket as TLSSocket).getPeerX509Certificate()!;
  response.resume();
  return { status: response.statusCode, certificate };
}

test('--self-signed serves listeners whose Secret is not there, says so, and shows no key', async t => {
  const folder = manifests(t, { 'all.yaml': ALL });
  const run = await running(t, [folder, '--echo', '--self-signed', '--map', '443=0', '--admin', '127.0.0.1:0']);
  const { url } = await run.event(event => event.event === 'listener');
  const { status, certificate } = await shownAt(String(url));
  assert.equal(status, 200);
  assert.ok(certificate.checkHost('shop.example'));
  const told = await run.event(event => event.code === 'SelfSigned');
  assert.ok(String(told.message).includes(`SHA-256 ${certificate.fingerprint256}`));
  const { admin } = await run.event(event => event.event === 'ready');
  const config = await (await fetch(`${admin}/config`)).text();
  assert.match(config, /BEGIN CERTIFICATE/);
  assert.doesNotMatch(config + JSON.stringify(run.events), /PRIVATE KEY/);
});

test('without it the problem says that there is such a flag', async t => {
  const folder = manifests(t, { 'all.yaml': ALL });
  const run = await running(t, [folder, '--echo']);
  const { fix } = await run.event(event => event.code === 'InvalidCertificateRef');
  assert.equal(fix, 'sluice run --self-signed makes one for this machine');
});

test('questions about manifests can be asked with it, and no key is told', async t => {
  const folder = manifests(t, { 'all.yaml': ALL });
  const without = await sluice(['explain', folder, 'https://shop.example/']);
  assert.match(without.stdout, /^no connection: nothing listens on port 443/);
  const { stdout } = await sluice(['explain', folder, 'https://shop.example/', '--self-signed', '--output', 'json']);
  assert.equal(JSON.parse(stdout).certificate.secret, 'default/cert');
  const ir = await sluice(['translate', folder, '--to', 'ir', '--self-signed']);
  assert.match(ir.stdout, /BEGIN CERTIFICATE/);
  assert.doesNotMatch(stdout + ir.stdout, /PRIVATE KEY/);
});
