import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unit } from '../../ir/index.ts';
import { understand } from './understand.ts';

const origin = { kind: 'HTTPRoute', namespace: 'ns', name: 'r' };
const rule = {
  index: 0,
  matches: [{ path: { kind: 'prefix', value: '' }, headers: [], query: [] }],
  filters: [],
  action: { kind: 'direct', direct: { kind: 'direct', status: 200, headers: [], body: '' } },
  origin,
};
const route = {
  kind: 'Route',
  name: 'HTTPRoute/ns/r@ns/g',
  hash: 'h',
  route: 'ns/r',
  created: 0,
  attachments: [{ listener: 'ns/g/http', hostnames: ['*'] }],
  rules: [rule],
  origin,
};
const bind = { kind: 'Bind', name: 'b', hash: 'h', host: '0.0.0.0', port: 8080, listeners: [] };
const pair = { kind: 'keyPair', chain: 'no PEM', key: 'secret letters', algorithm: 'rsa', hostnames: [] };
const secret = { kind: 'Secret', name: 'Secret/ns/s', hash: 'h', content: pair, origin };

function sessions(...keys: readonly string[]) {
  return { ...secret, name: 'sessions', content: { kind: 'sessionKeys', keys } };
}

/** As it comes from whoever else. */
function refusal(unit: object): string | undefined {
  const text = JSON.stringify({ upserts: [unit], removals: [] });
  return understand(JSON.parse(text), '0.1.0').rejections[0]?.message;
}

const TABLE: readonly (readonly [what: string, unit: object, message: RegExp | undefined])[] = [
  ['a route', route, undefined],
  ['keys of sessions', sessions(Buffer.alloc(32).toString('base64')), undefined],
  ['a key of sessions that is too short', sessions('c2hvcnQ='), /^content\.keys are not keys of 32 bytes/],
  ['no keys of sessions', sessions(), /^content\.keys are not keys/],
  ['a bind', bind, undefined],
  ['a kind', { ...route, kind: 'Quota' }, /^this proxy \(0\.1\.0\) knows no 'Quota': update its image$/],
  [
    'a kind that objects have anyway',
    { ...route, kind: 'constructor' },
    /^this proxy \(0\.1\.0\) knows no 'constructor'/,
  ],
  [
    'a filter',
    { ...route, rules: [{ ...rule, filters: [{ kind: 'jwt' }] }] },
    /^rules\[0\]\.filters\[0\]\.kind is 'jwt', which this proxy \(0\.1\.0\) does not know: update its image$/,
  ],
  [
    'an action',
    { ...route, rules: [rule, { ...rule, action: { kind: 'teapot' } }] },
    /^rules\[1\]\.action\.kind is 'teapot', which/,
  ],
  [
    'a condition',
    { ...route, rules: [{ ...rule, matches: [{ path: { kind: 'glob', value: '*' }, headers: [], query: [] }] }] },
    /^rules\[0\]\.matches\[0\]\.path\.kind is 'glob', which/,
  ],
  [
    'a field',
    { ...route, rateLimit: { perSecond: 1 } },
    /^the unit has 'rateLimit', a field that this proxy \(0\.1\.0\) does not know: update its image$/,
  ],
  ['a field that is not there', { ...route, rules: undefined }, /^rules is not there, as this proxy/],
  ['another type', { ...route, rules: {} }, /^rules is not a list, as this proxy \(0\.1\.0\) expects: use one version/],
  ['a field for people', { ...route, origin: { ...origin, line: 3 } }, undefined],
  ['letters that move a cursor', { ...route, '\x1b[2J': 1 }, /^the unit has '\?\[2J'/],
  ['a port', { ...bind, port: 65_536 }, /^port is not a number from 0 to 65535/],
  ['a transport', { ...bind, transport: 'quic' }, /^transport is 'quic', which/],
  ['a block', { ...bind, proxyProtocol: ['10.0.0.0/8', '10.0.0.0/33'] }, /^proxyProtocol\[1\] is not a CIDR block/],
  [
    'a key pair that OpenSSL refuses',
    secret,
    /^the certificate or its key is refused by OpenSSL \([^()]+\): use RSA with 2048/,
  ],
];

for (const [what, unit, message] of TABLE) {
  test(`${what}: ${message === undefined ? 'taken' : 'rejected'}`, () => {
    const said = refusal(unit);
    if (message === undefined) assert.equal(said, undefined);
    else assert.match(said ?? '', message);
    assert.doesNotMatch(said ?? '', /secret letters/);
  });
}

test('the rest of a delta is taken, and all that goes', () => {
  const units: Unit[] = JSON.parse(JSON.stringify([bind, { ...bind, name: 'c', port: -1 }]));
  const removals = [{ kind: 'Route', name: 'r' }] as const;
  const { taken, rejections } = understand({ upserts: units, removals });
  assert.deepEqual(taken, { upserts: [bind], removals });
  assert.deepEqual(
    rejections.map(({ kind, name }) => `${kind} ${name}`),
    ['Bind c'],
  );
});
