import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleWith } from '../../test/resources/sample-objects.ts';
import { parseObject, refKey } from '../resources/index.ts';
import { referencesOf } from './references.ts';

const CERTIFICATES = 'spec.listeners[1].tls.certificateRefs';

/** The sample of a kind with a field changed, and what it then refers to. */
const CASES: readonly (readonly [string, string, unknown, readonly string[]])[] = [
  ['Gateway', CERTIFICATES, [{ name: 'a' }, { name: 'b', namespace: 'other' }], ['Secret/infra/a', 'Secret/other/b']],
  ['Gateway', CERTIFICATES, [{ name: 'a', group: 'example.com' }], []],
  ['Gateway', CERTIFICATES, [{ name: 'a', kind: 'ConfigMap' }], ['ConfigMap/infra/a']],
  ['Gateway', CERTIFICATES, [{ name: '../../nodes' }, { name: '..' }, { name: 'a/b' }, { name: 'A' }], []],
  ['ListenerSet', 'spec.listeners[0].tls', { certificateRefs: [{ name: 'a' }] }, ['Secret/default/a']],
  ['HTTPRoute', 'spec.hostnames', ['a.example'], []],
  [
    'BackendTLSPolicy',
    'spec.validation',
    { hostname: 'a.example', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] },
    ['ConfigMap/default/ca'],
  ],
  ['BackendTLSPolicy', 'spec.validation', { hostname: 'a.example', wellKnownCACertificates: 'System' }, []],
  ['XBackend', 'spec.tls', { mode: 'None' }, []],
  [
    'XBackend',
    'spec.tls',
    {
      mode: 'ClientAndServer',
      clientCertificateRef: { name: 'me', namespace: 'other' },
      validation: { hostname: 'a.example', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] },
    },
    ['Secret/other/me', 'ConfigMap/default/ca'],
  ],
];

test('Secrets and ConfigMaps that a resource names', () => {
  for (const [kind, field, value, expected] of CASES) {
    const parsed = parseObject(sampleWith(kind, field, value), { strict: false });
    assert.equal(parsed.kind, 'resource');
    const ours = kind === 'Gateway' ? ['Secret/infra/client', 'ConfigMap/infra/roots'] : [];
    const found = parsed.kind === 'resource' ? referencesOf(parsed.resource).map(refKey) : [];
    assert.deepEqual(found, [...expected, ...ours], `${kind} ${field} ${JSON.stringify(value)}`);
  }
});

test('every port of a Gateway may name who may call there', () => {
  const port = { port: 443, tls: { validation: { caCertificateRefs: [{ group: '', kind: 'Secret', name: 'ca' }] } } };
  const tls = { frontend: { default: {}, perPort: [port] } };
  const parsed = parseObject(sampleWith('Gateway', 'spec.tls', tls), { strict: false });
  assert.ok(parsed.kind === 'resource');
  assert.deepEqual(referencesOf(parsed.resource).map(refKey), ['Secret/infra/wildcard', 'Secret/infra/ca']);
});
