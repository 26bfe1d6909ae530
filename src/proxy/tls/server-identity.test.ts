import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { makeCertificate } from '../../../test/tls/certificates.ts';
import { alternativesOf, refuseIdentity } from './server-identity.ts';

const dns = (value: string) => ({ kind: 'dns', value }) as const;
const uri = (value: string) => ({ kind: 'uri', value }) as const;

/** Names of a certificate, what is wanted, and whether they fit. */
for (const [names, uris, serverName, wanted, fits] of [
  [['a.example'], [], 'a.example', [], true],
  [['A.Example'], [], 'a.example', [], true],
  [['a.example', 'b.example'], [], 'b.example', [], true],
  [['*.a.example'], [], 'x.a.example', [], true],
  [['*.a.example'], [], 'x.y.a.example', [], false],
  [['*.a.example'], [], 'a.example', [], false],
  [['a.example'], [], 'b.example', [], false],
  [[], ['spiffe://td/a'], 'a.example', [], false],
  [['a.example'], [], 'a.example', [dns('b.example')], false],
  [['b.example'], [], 'a.example', [dns('c.example'), dns('b.example')], true],
  [['*.b.example'], [], 'a.example', [dns('*.b.example')], true],
  [['x.b.example'], [], 'a.example', [dns('*.b.example')], true],
  [['x.y.b.example'], [], 'a.example', [dns('*.b.example')], false],
  [['b.example'], [], 'a.example', [dns('*.b.example')], false],
  [[], ['spiffe://td/a'], 'a.example', [uri('spiffe://td/a')], true],
  [[], ['spiffe://td/ab'], 'a.example', [uri('spiffe://td/a')], false],
  [['spiffe-td'], [], 'a.example', [uri('spiffe-td')], false],
  [[], ['x, URI:spiffe://td/a'], 'a.example', [uri('spiffe://td/a')], false],
  [[], ['x", URI:spiffe://td/a'], 'a.example', [uri('spiffe://td/a')], false],
] as const) {
  const certificate = new X509Certificate(makeCertificate({ names, uris }).certificate);
  const want = wanted.map(({ value }) => value).join() || serverName;
  test(`[${[...names, ...uris]}] is ${fits ? '' : 'not '}for ${want}`, () => {
    const refusal = refuseIdentity({ serverName, names: wanted }, certificate);
    assert.equal(refusal?.reason, fits ? undefined : 'name');
  });
}

test('what Node makes of alternative names is taken apart as it was meant', () => {
  assert.deepEqual(alternativesOf(''), []);
  assert.deepEqual(alternativesOf('DNS:a, URI:"x, DNS:b", IP Address:1.2.3.4'), [
    'DNS:a',
    'URI:x, DNS:b',
    'IP Address:1.2.3.4',
  ]);
});
