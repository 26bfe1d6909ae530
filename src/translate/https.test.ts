import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CERTIFICATE, CERTIFICATE_OF_ANOTHER_KEY, KEY } from '../../test/translation/certificate.ts';
import {
  certificateGrant,
  gateway,
  gatewayClass,
  type Manifest,
  route,
  secret,
  service,
  to,
  world,
} from '../../test/translation/world.ts';

const CLASS = gatewayClass('sluice');
const PAIR = { 'tls.crt': CERTIFICATE, 'tls.key': KEY };
const https = (...certificateRefs: readonly object[]) =>
  gateway('gw', [{ port: 443, protocol: 'HTTPS', tls: { certificateRefs } }]);

/** ResolvedRefs and Programmed of the one listener after each step. */
const STEPS: readonly (readonly [why: string, step: Manifest | 'remove', resolvedRefs: string, programmed: string])[] =
  [
    [
      'nothing is known of a namespace without grant',
      secret('vault/cert', PAIR),
      'False/RefNotPermitted',
      'False/Invalid',
    ],
    [
      'another Secret is granted',
      certificateGrant('vault/g', 'default', 'other'),
      'False/RefNotPermitted',
      'False/Invalid',
    ],
    ['to another namespace', certificateGrant('vault/g', 'elsewhere'), 'False/RefNotPermitted', 'False/Invalid'],
    ['this one is granted', certificateGrant('vault/g', 'default', 'cert'), 'True/ResolvedRefs', 'True/Programmed'],
    ['all are', certificateGrant('vault/g', 'default'), 'True/ResolvedRefs', 'True/Programmed'],
    [
      'it loses its key',
      secret('vault/cert', { ...PAIR, 'tls.key': '' }),
      'False/InvalidCertificateRef',
      'False/Invalid',
    ],
    [
      'it gets the certificate of another key',
      secret('vault/cert', { ...PAIR, 'tls.crt': CERTIFICATE_OF_ANOTHER_KEY + CERTIFICATE }),
      'False/InvalidCertificateRef',
      'False/Invalid',
    ],
    [
      'that one comes second',
      secret('vault/cert', { ...PAIR, 'tls.crt': `# mine\r\n${CERTIFICATE}${CERTIFICATE_OF_ANOTHER_KEY}` }),
      'True/ResolvedRefs',
      'True/Programmed',
    ],
    ['it goes', 'remove', 'False/InvalidCertificateRef', 'False/Invalid'],
  ];

test('a listener with HTTPS follows its Secret and the grants, and is a unit as long as it has a certificate', () => {
  const w = world(CLASS, https({ name: 'cert', namespace: 'vault' }), service('api'), route('r', to('api')));
  for (const [why, step, resolvedRefs, programmed] of STEPS) {
    if (step === 'remove') w.remove('Secret', 'vault/cert');
    else w.apply(step);
    assert.deepEqual(
      w.conditions('Gateway', 'gw', 'l0'),
      ['Accepted=True/Accepted', `ResolvedRefs=${resolvedRefs}`, `Programmed=${programmed}`],
      why,
    );
    assert.deepEqual(w.conditions('Gateway', 'gw').slice(0, 2), [
      'Accepted=True/Accepted',
      'Programmed=True/Programmed',
    ]);
    const served = programmed === 'True/Programmed';
    assert.deepEqual(w.names('Listener'), served ? ['default/gw/l0'] : [], why);
    assert.deepEqual(w.names('Secret'), served ? ['Secret/vault/cert'] : [], why);
    assert.equal(w.names('Route').length, served ? 1 : 0, why);
  }
});

test('one certificate of several is enough, and the others are told of', () => {
  const w = world(CLASS, https({ name: 'none' }, { name: 'cert' }), secret('cert', PAIR));
  const { tls } = w.unit('Listener', 'default/gw/l0');
  assert.deepEqual(tls, { mode: 'terminate', certificates: ['Secret/default/cert'] });
  assert.deepEqual(w.conditions('Gateway', 'gw', 'l0'), [
    'Accepted=True/Accepted',
    'ResolvedRefs=False/InvalidCertificateRef',
    'Programmed=True/Programmed',
  ]);
});

test('nothing of a Secret stands in a status or a message', () => {
  const marked = KEY.replace('PRIVATE KEY-----\n', 'PRIVATE KEY-----\nhunter2');
  const w = world(CLASS, https({ name: 'cert' }), secret('cert', { 'tls.crt': CERTIFICATE, 'tls.key': marked }));
  const said = JSON.stringify([w.translator.allStatuses(), w.translator.problems()]);
  assert.match(said, /InvalidCertificateRef/);
  assert.doesNotMatch(said, /hunter2|MI[GI]/);
});

/** What an API server with other rules might let through, and the condition that is False for it. */
const LOOSE: readonly (readonly [why: string, listener: object, condition: string])[] = [
  ['TLS that passes through', { tls: { mode: 'Passthrough' } }, 'Accepted=False/UnsupportedValue'],
  [
    'a mode of the future',
    { tls: { mode: 'Peek', certificateRefs: [{ name: 'c' }] } },
    'Accepted=False/UnsupportedValue',
  ],
  ['no tls', {}, 'Programmed=False/InvalidTLSConfig'],
  ['tls with nothing in it', { tls: {} }, 'Programmed=False/InvalidTLSConfig'],
  ['no certificate', { tls: { certificateRefs: [] } }, 'Programmed=False/InvalidTLSConfig'],
  [
    'a kind like a Secret',
    { tls: { certificateRefs: [{ kind: 'constructor', name: 'c' }] } },
    'ResolvedRefs=False/InvalidCertificateRef',
  ],
];

for (const [why, listener, condition] of LOOSE) {
  test(`a listener with HTTPS is told what it lacks: ${why}`, () => {
    const w = world(CLASS, gateway('gw', [{ port: 443, protocol: 'HTTPS', ...listener }]));
    assert.ok(w.conditions('Gateway', 'gw', 'l0').includes(condition), `${w.conditions('Gateway', 'gw', 'l0')}`);
    assert.ok(w.codes().includes(condition.split('/')[1]!));
  });
}

test('a Secret is read once, however many listeners name it', () => {
  const listeners = Array.from({ length: 60 }, (_, i) => ({
    port: 443,
    protocol: 'HTTPS',
    hostname: `h${i}.example`,
    tls: { certificateRefs: [{ name: 'cert' }] },
  }));
  const w = world(CLASS, gateway('gw', listeners), gateway('gw2', listeners), secret('cert', PAIR));
  assert.equal(w.translator.counters.certificates, 1);
  w.apply(gateway('gw', listeners.slice(1)));
  assert.equal(w.translator.counters.certificates, 1);
  w.apply(secret('cert', PAIR));
  assert.equal(w.translator.counters.certificates, 2);
});
