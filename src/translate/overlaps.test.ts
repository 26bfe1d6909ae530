import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CERTIFICATE, KEY } from '../../test/translation/certificate.ts';
import { gateway, gatewayClass, listenerSet, secret, world } from '../../test/translation/world.ts';

const https = (text: string) => {
  const [hostname, port = '443'] = text.split(':');
  return {
    port: Number(port),
    protocol: hostname === 'clear' ? 'HTTP' : 'HTTPS',
    ...(hostname !== '*' && { hostname }),
    ...(hostname !== 'clear' && { tls: { certificateRefs: [{ name: 'cert' }] } }),
  };
};

/** Listeners of a Gateway and of two sets, and for each whether its hostnames overlap with others (`y` or `-`). */
const CASES: readonly (readonly [own: string, sets: readonly [string, string], found: string])[] = [
  ['a.example', ['b.example', 'c.example'], '- - -'],
  ['a.example b.example', ['c.example', 'example'], '-- - -'],
  ['*.example a.example', ['x.org', 'y.org'], 'yy - -'],
  ['*.example', ['a.example', 'x.org'], 'y y -'],
  ['a.example', ['*.example', 'x.org'], 'y y -'],
  ['*', ['a.example', '*.org'], 'y y y'],
  ['a.example', ['*', 'b.example:444'], 'y y -'],
  ['x.org', ['*.example', 'a.b.example'], '- y y'],
  ['x.org', ['*.b.example', '*.example'], '- y y'],
  ['x.org', ['*.b.example', 'b.example'], '- - -'],
  ['*.example:444', ['a.example', 'clear:80'], '- - -'],
];

for (const [own, sets, found] of CASES) {
  test(`listeners with TLS say that their hostnames overlap: ${own} | ${sets.join(' | ')}`, () => {
    const [first, second] = sets.map(text => text.split(' ').map(https));
    const w = world(
      gatewayClass('sluice'),
      secret('cert', { 'tls.crt': CERTIFICATE, 'tls.key': KEY }),
      gateway('gw', own.split(' ').map(https), { allowedListeners: { namespaces: { from: 'All' } } }),
      listenerSet('a', first!),
      listenerSet('b', second!),
    );
    const overlaps = (kind: string, name: string, section: string) =>
      w.conditions(kind, name, section).includes('OverlappingTLSConfig=True/OverlappingHostnames') ? 'y' : '-';
    const ofGateway = own.split(' ').map((_, i) => overlaps('Gateway', 'gw', `l${i}`));
    const seen = [ofGateway.join(''), overlaps('ListenerSet', 'a', 's0'), overlaps('ListenerSet', 'b', 's0')];
    assert.equal(seen.join(' '), found);
    assert.ok(!JSON.stringify(w.translator.allStatuses()).includes('Conflicted'));
  });
}
