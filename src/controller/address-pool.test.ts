import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Gateway, parseObject } from '../resources/index.ts';
import { type AddressPool, createAddressPool } from './address-pool.ts';

function gateway(name: string, ...addresses: string[]): Gateway {
  const parsed = parseObject({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace: 'ns' },
    spec: {
      gatewayClassName: 'sluice',
      addresses: addresses.map(value => (value.includes('.example') ? { type: 'Hostname', value } : { value })),
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
    },
  });
  assert.ok('resource' in parsed && parsed.resource?.kind === 'Gateway', JSON.stringify(parsed));
  return parsed.resource;
}

function pool(...blocks: string[]): AddressPool {
  const created = createAddressPool(blocks);
  assert.ok('assign' in created, JSON.stringify(created));
  return created;
}

/** `name: hosts (why not)` of each Gateway. */
function shown(of: AddressPool, ...gateways: Gateway[]): string[] {
  return of.assign(gateways).map(({ gateway: key, hosts, unusable, unassigned }) => {
    const why = unusable ?? unassigned;
    return `${key.slice(3)}: ${hosts.join(' ')}${why === undefined ? '' : ` (${why})`}`;
  });
}

test('each Gateway gets an address of its own, and keeps it', () => {
  const own = pool('10.1.0.0/29');
  const [a, b, c] = [gateway('a'), gateway('b'), gateway('c')];
  assert.deepEqual(shown(own, a, b), ['a: 10.1.0.1', 'b: 10.1.0.2']);
  assert.deepEqual(shown(own, c, b), ['c: 10.1.0.3', 'b: 10.1.0.2']);
});

test('an address that was let go is given last', () => {
  const own = pool('10.1.0.0/29');
  shown(own, gateway('a'), gateway('b'));
  assert.deepEqual(shown(own, gateway('b'), gateway('c')), ['b: 10.1.0.2', 'c: 10.1.0.3']);
  assert.deepEqual(shown(own, ...['b', 'c', 'd', 'e', 'f', 'g'].map(name => gateway(name))).slice(2), [
    'd: 10.1.0.4',
    'e: 10.1.0.5',
    'f: 10.1.0.6',
    'g: 10.1.0.1',
  ]);
});

test('a pool that is used up says so, and goes on when an address is free again', () => {
  const own = pool('10.1.0.0/30', '10.2.0.9');
  const all = ['a', 'b', 'c', 'd'].map(name => gateway(name));
  assert.deepEqual(shown(own, ...all), [
    'a: 10.1.0.1',
    'b: 10.1.0.2',
    'c: 10.2.0.9',
    'd:  (Every address of the address pool 10.1.0.0/30, 10.2.0.9 is taken)',
  ]);
  assert.deepEqual(shown(own, ...all.slice(1)), ['b: 10.1.0.2', 'c: 10.2.0.9', 'd: 10.1.0.1']);
});

test('an address that is asked for is had, by one Gateway', () => {
  const own = pool('10.1.0.0/24');
  assert.deepEqual(shown(own, gateway('a', '10.1.0.7', '10.1.0.8'), gateway('b', '10.1.0.7'), gateway('c')), [
    'a: 10.1.0.7 10.1.0.8',
    'b:  (spec.addresses[0] asks for 10.1.0.7, which another Gateway has: ask for another one, or for none)',
    'c: 10.1.0.1',
  ]);
  assert.deepEqual(shown(own, gateway('a'), gateway('b', '10.1.0.7')).slice(0, 1), ['a: 10.1.0.7']);
  assert.deepEqual(shown(own, gateway('b', '10.1.0.7'), gateway('c')), ['b: 10.1.0.7', 'c: 10.1.0.2']);
});

test('one that is not in the pool is not had; the others are', () => {
  const own = pool('10.1.0.0/24', 'fd00:1::/64');
  assert.deepEqual(shown(own, gateway('a', '127.0.0.1', '10.1.0.5'), gateway('b', 'FD00:1:0::9')), [
    'a: 10.1.0.5 (spec.addresses[0] asks for 127.0.0.1, which is not in the address pool 10.1.0.0/24, fd00:1::/64: ask for one of it, or for none)',
    'b: fd00:1::9',
  ]);
  assert.match(
    shown(own, gateway('c', 'shop.example'))[0] ?? '',
    /^c: 10\.1\.0\.1 \(spec\.addresses\[0\] asks for the hostname/,
  );
});

test('after a restart each Gateway has the address that its status names', () => {
  const own = pool('10.1.0.0/24');
  own.recall('ns/b', ['10.1.0.1']);
  own.recall('ns/c', ['192.0.2.1']);
  own.recall('ns/d', ['10.1.0.9']);
  own.recall('ns/d', []);
  assert.deepEqual(shown(own, gateway('a'), gateway('b'), gateway('c'), gateway('d')), [
    'a: 10.1.0.2',
    'b: 10.1.0.1',
    'c: 10.1.0.3',
    'd: 10.1.0.4',
  ]);
});

test('who asks for an address after a restart does not get it from who has it', () => {
  const own = pool('10.1.0.0/29');
  own.recall('ns/had', ['10.1.0.1']);
  own.recall('ns/asked', ['10.1.0.2']);
  const all = [gateway('first', '10.1.0.1', '10.1.0.2'), gateway('had'), gateway('asked', '10.1.0.2'), gateway('new')];
  const taken = 'spec.addresses[0] asks for 10.1.0.1, which another Gateway has: ask for another one, or for none';
  const expected = [`first:  (${taken})`, 'had: 10.1.0.1', 'asked: 10.1.0.2', 'new: 10.1.0.3'];
  assert.deepEqual(shown(own, ...all), expected);
  assert.deepEqual(shown(own, ...all), expected);
});

test('two Gateways may swap what they ask for', () => {
  const own = pool('10.1.0.0/24');
  shown(own, gateway('a', '10.1.0.7'), gateway('b', '10.1.0.8'));
  own.recall('ns/a', ['10.1.0.7']);
  own.recall('ns/b', ['10.1.0.8']);
  assert.deepEqual(shown(own, gateway('a', '10.1.0.8'), gateway('b', '10.1.0.7')), ['a: 10.1.0.8', 'b: 10.1.0.7']);
});

test('an address that is asked for in two ways of writing is one; of many, four are had', () => {
  const own = pool('10.1.0.0/24', 'fd00::/64');
  const many = ['FD00::9', 'fd00:0::9', '10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.4'];
  const why = 'spec.addresses[5] asks for 10.1.0.4, and a Gateway gets at most 4';
  assert.deepEqual(shown(own, gateway('a', ...many), gateway('b', '10.1.0.4')), [
    `a: fd00::9 10.1.0.1 10.1.0.2 10.1.0.3 (${why})`,
    'b: 10.1.0.4',
  ]);
});

test('blocks: what they hold, and what is none', () => {
  for (const [block, ...expected] of [
    ['10.0.0.4/31', '10.0.0.4', '10.0.0.5'],
    ['10.0.0.9', '10.0.0.9'],
    ['10.0.0.255/30', '10.0.0.253', '10.0.0.254'],
    ['fd00::ffff/127', 'fd00::fffe', 'fd00::ffff'],
    ['fd00:9::/126', 'fd00:9::1', 'fd00:9::2', 'fd00:9::3'],
    ['::ffff:0:0/127', '::ffff:0:0', '::ffff:0:1'],
  ] as const) {
    const own = pool(block);
    const gateways = expected.map((_, i) => gateway(`g${i}`));
    assert.deepEqual(
      own.assign([...gateways, gateway('late')]).map(({ hosts }) => hosts[0]),
      [...expected, undefined],
      block,
    );
  }
  for (const block of [
    '',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'fd00::/129',
    'example.com/8',
    '10.0.0.0/-1',
  ]) {
    assert.match(JSON.stringify(createAddressPool([block])), /is not a CIDR block such as/, block);
  }
});
