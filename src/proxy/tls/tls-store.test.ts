import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAuthority, makeCertificate } from '../../../test/tls/certificates.ts';
import { authorities, keyPair, secretName, terminate } from '../../../test/tls/tls-units.ts';
import { type Backend, type Secret, seal } from '../../ir/index.ts';
import { TlsFailure } from './tls-failure.ts';
import { TlsStore } from './tls-store.ts';

const KEY = new Uint8Array(32);
const PAIR = keyPair('pair', makeCertificate({ names: ['a.example'] }));
const AUTHORITY = authorities('ca', makeAuthority('ca'));

/** The same pair, for another host. */
function pairFor(name: string): Secret {
  assert.ok(PAIR.content.kind === 'keyPair');
  const content = { ...PAIR.content, hostnames: [`${name}.example`] };
  return seal({ kind: 'Secret', name: secretName(name), content, origin: PAIR.origin });
}

test('of 10,000 certificates as many have a context as were wanted, and no more than there may be', () => {
  const store = new TlsStore(20, KEY);
  const names = Array.from({ length: 10_000 }, (_, at) => `h${at}`);
  store.apply({ upserts: names.map(pairFor), removals: [] });
  const listeners = names.map(name => terminate([name]));
  assert.equal(store.contexts.size, 0);
  for (const at of [0, 9_999, 5_000, 0]) {
    assert.equal(store.server(listeners[at]!, `h${at}.example`).certificate, secretName(`h${at}`));
  }
  assert.equal(store.contexts.size, 3);
  for (let at = 0; at < 50; at++) store.server(listeners[at]!, `h${at}.example`);
  assert.equal(store.contexts.size, 20);
});

test('one listener with many certificates shows the one for the name', () => {
  const names = Array.from({ length: 64 }, (_, at) => `h${at}`);
  const store = new TlsStore(100, KEY);
  store.apply({ upserts: names.map(pairFor), removals: [] });
  const tls = terminate(names);
  for (const name of names) assert.equal(store.server(tls, `${name}.example`).certificate, secretName(name));
  assert.equal(store.server(tls, 'other.example').certificate, secretName('h0'));
});

test('what is not there, or can not be used, is said and not served', () => {
  const store = new TlsStore(9, KEY);
  assert.ok(store.server(terminate(['pair']), 'a.example').context instanceof TlsFailure);
  store.apply({ upserts: [PAIR], removals: [] });
  assert.ok(!(store.server(terminate(['pair']), 'a.example').context instanceof TlsFailure));
  const clients = { mode: 'valid-only', authorities: [secretName('ca')] } as const;
  assert.ok(store.server(terminate(['pair'], { clients }), 'a.example').context instanceof TlsFailure);
  store.apply({ upserts: [AUTHORITY], removals: [] });
  assert.ok(!(store.server(terminate(['pair'], { clients }), 'a.example').context instanceof TlsFailure));
  assert.ok(store.server(terminate(['pair'], { ciphers: 'none at all' }), 'a.example').context instanceof TlsFailure);
});

test('what a backend is met with stays the same object until the unit or a Secret of it changes', () => {
  const store = new TlsStore(9, KEY);
  store.apply({ upserts: [PAIR, AUTHORITY], removals: [] });
  const tls = { serverName: 'a.example', names: [], authorities: [secretName('ca')] };
  const unit = (): Backend & { tls: typeof tls } =>
    seal({ kind: 'Backend', name: 'Service/a/b/1', protocol: 'negotiated', tls, origin: PAIR.origin });
  const backend = unit();
  const first = store.client(backend);
  assert.deepEqual(first.protocols, ['h2', 'http/1.1']);
  assert.equal(store.client(backend), first);
  assert.notEqual(store.client(backend, []), first);
  store.apply({ upserts: [pairFor('other')], removals: [] });
  assert.equal(store.client(backend), first);
  store.apply({ upserts: [authorities('ca', makeAuthority('another'))], removals: [] });
  assert.notEqual(store.client(backend), first);
  assert.notEqual(store.client(unit()), store.client(backend));
});
