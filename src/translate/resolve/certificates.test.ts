import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AUTHORITY, PAIRS } from '../../../test/translation/authority.ts';
import { CERTIFICATE, CERTIFICATE_OF_ANOTHER_KEY, KEY } from '../../../test/translation/certificate.ts';
import { type ConfigMap, parseObject, type Secret } from '../../resources/index.ts';
import { viewAuthorities } from './authorities.ts';
import { viewSecret } from './certificates.ts';

function object(kind: string, fields: object): unknown {
  const parsed = parseObject({ apiVersion: 'v1', kind, metadata: { name: 'n' }, ...fields }, { strict: false });
  assert.equal(parsed.kind, 'resource');
  return parsed.kind === 'resource' ? parsed.resource : undefined;
}

const tls = (chain: string, key: string) =>
  viewSecret(
    object('Secret', { type: 'kubernetes.io/tls', stringData: { 'tls.crt': chain, 'tls.key': key } }) as Secret,
  );
const authorities = (data: object) => viewAuthorities(object('ConfigMap', data) as ConfigMap);

test('a pair says for whom it is, and how its key is made', () => {
  const cases = [
    [CERTIFICATE, KEY, 'ecdsa', ['a.example']],
    [PAIRS.shop.chain, PAIRS.shop.key, 'ecdsa', ['shop.example', '*.shop.example']],
    [PAIRS.rsa.chain, PAIRS.rsa.key, 'rsa', ['shop.example']],
  ] as const;
  for (const [chain, key, algorithm, hostnames] of cases) {
    const view = tls(chain, key);
    assert.ok(view.fault === undefined);
    const { content, unit } = view;
    assert.deepEqual([unit, content.algorithm, content.hostnames], ['Secret/default/n', algorithm, hostnames]);
  }
});

test('only certificates are taken out of a chain, and of authorities', () => {
  const view = tls(`a comment\r\n${CERTIFICATE}Bag Attributes\n${AUTHORITY}`, KEY);
  const bundle = authorities({ data: { 'ca.crt': `# ours\n${AUTHORITY}\n# theirs\n${CERTIFICATE}` } });
  assert.ok(view.fault === undefined && bundle.fault === undefined);
  assert.equal(view.content.chain, CERTIFICATE + AUTHORITY);
  assert.equal(bundle.content.pem, AUTHORITY + CERTIFICATE);
});

test('a date tells until when', () => {
  const view = tls(CERTIFICATE, KEY);
  assert.ok(view.fault === undefined && view.expires > Date.UTC(2100));
});

/** Texts of a Secret that are no pair. */
const BROKEN: readonly (readonly [chain: string, key: string, fault: RegExp])[] = [
  ['', KEY, /^has no tls.crt/],
  [CERTIFICATE, '', /^has no tls.key/],
  ['hunter2', KEY, /without certificate/],
  [CERTIFICATE.slice(0, -30), KEY, /certificate 1 can't be read/],
  [`${CERTIFICATE}-----BEGIN CERTIFICATE-----\nhunter2\n`, KEY, /certificate 2 can't be read/],
  [CERTIFICATE, 'hunter2', /without private key/],
  [CERTIFICATE, KEY.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE'), /encrypted/],
  [CERTIFICATE_OF_ANOTHER_KEY, KEY, /does not belong/],
  [PAIRS.short.chain, PAIRS.short.key, /certificate 1 has an RSA key of less than 2048 bits/],
];

test('what is wrong with a pair is told without quoting it', () => {
  for (const [chain, key, fault] of BROKEN) {
    const view = tls(chain, key);
    assert.match(view.fault ?? '', fault);
    assert.doesNotMatch(JSON.stringify(view), /hunter2|MI[GI]/);
  }
});

test('authorities are certificates under ca.crt, and all of them can be read', () => {
  const cases: readonly (readonly [data: object, fault: RegExp | undefined])[] = [
    [{ data: { 'ca.crt': AUTHORITY } }, undefined],
    [{ binaryData: { 'ca.crt': Buffer.from(AUTHORITY).toString('base64') } }, undefined],
    [{}, /^has no ca.crt/],
    [{ data: { 'ca.crt': '' } }, /^has no ca.crt/],
    [{ data: { 'tls.crt': AUTHORITY } }, /^has no ca.crt/],
    [{ data: { 'ca.crt': KEY } }, /without certificate/],
    [{ data: { 'ca.crt': `${AUTHORITY}-----BEGIN CERTIFICATE-----\nA` } }, /certificate 2 can't be read/],
  ];
  for (const [data, fault] of cases) {
    const view = authorities(data);
    if (fault) assert.match(view.fault ?? '', fault);
    else assert.ok(view.fault === undefined && view.unit === 'ConfigMap/default/n');
  }
});
