import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { type CredentialsRecord, readCredentials, textsOf } from './credentials-record.ts';
import { renewed } from './renewal.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const NAMES = ['sluice-controller.sluice-system.svc', '10.0.0.1'];
const at = (days: number, names = NAMES) => ({ names, now: START + days * DAY });

const first = () => renewed(undefined, at(0));

/** Whether proxies that trust `trusted` connect to who shows that certificate. */
function isTrusted(record: CredentialsRecord, trusted: readonly string[]): boolean {
  const shown = new X509Certificate(record.server.certificate);
  return trusted.some(pem => shown.verify(new X509Certificate(pem).publicKey));
}

test('the first is for its names, by an authority of its own', () => {
  const record = first();
  const shown = new X509Certificate(record.server.certificate);
  assert.equal(shown.subjectAltName, 'DNS:sluice-controller.sluice-system.svc, IP Address:10.0.0.1');
  assert.ok(isTrusted(record, record.trusted));
  assert.equal(renewed(record, at(50)), record);
});

test('the server is renewed at two thirds of its life, or for another name, by the same authority', () => {
  const record = first();
  for (const later of [renewed(record, at(65)), renewed(record, at(1, [...NAMES, 'localhost']))]) {
    assert.notEqual(later.server.certificate, record.server.certificate);
    assert.deepEqual(later.trusted, record.trusted);
    assert.ok(isTrusted(later, record.trusted));
  }
});

test('no proxy loses its trust while the authority is replaced', () => {
  let record = first();
  const lives = new Set([record.trusted[0]]);
  for (let day = 0; day < 8_000; day += 10) {
    const before = record;
    record = renewed(record, at(day));
    // Whoever has not learnt of the newest authorities yet connects.
    assert.ok(isTrusted(record, before.trusted), `on day ${day}`);
    assert.ok(new X509Certificate(record.server.certificate).validToDate.getTime() > at(day).now);
    assert.ok(record.trusted.length <= 2);
    lives.add(record.trusted[0]);
  }
  assert.equal(lives.size, 4);
});

test('a new authority signs nothing for a day', () => {
  const coming = renewed(renewed(first(), at(2_440)), at(2_440.9));
  assert.ok(coming.next);
  assert.equal(renewed(coming, at(2_440.9)), coming);
  const after = renewed(coming, at(2_441.1));
  assert.equal(after.authority, coming.next);
  assert.ok(isTrusted(after, coming.trusted) && !isTrusted(after, first().trusted));
});

test('certificates that others issue are left alone', () => {
  const { authority: _, ...foreign } = first();
  assert.equal(renewed(foreign, at(5_000)), foreign);
});

test('what is written is read, and what is broken is told without its content', () => {
  const encode = (texts: object) =>
    Object.fromEntries(
      Object.entries(texts).flatMap(([key, text]) =>
        text === null ? [] : [[key, Buffer.from(text).toString('base64')]],
      ),
    );
  const old = renewed(first(), at(2_500));
  assert.ok(old.next);
  assert.deepEqual(readCredentials(encode(textsOf(old))), old);
  const texts = textsOf(first());
  const unusable = (changed: object) => Object(readCredentials(encode({ ...texts, ...changed }))).unusable;
  assert.equal(
    unusable({ 'tls.key': textsOf(first())['tls.key'] }),
    'tls.crt and tls.key are no certificate and its key',
  );
  assert.equal(unusable({ 'ca.crt': 'x' }), 'ca.crt holds no certificate');
  assert.equal(unusable({ 'ca.key': texts['tls.key'] }), 'ca.key is not the key of the first certificate in ca.crt');
  assert.equal(Object(readCredentials(undefined)).unusable, 'tls.crt and tls.key are no certificate and its key');
});
