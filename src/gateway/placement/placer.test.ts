import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bind, type Delta, type Listener, seal } from '../../ir/index.ts';
import type { GatewayFacts } from './claims.ts';
import { createPlacer, type Placer } from './placer.ts';

function listener(
  gateway: string,
  section: string,
  port: number,
  hostname = '*',
  protocol: Listener['protocol'] = 'HTTP',
): Listener {
  const origin = { kind: 'Gateway', namespace: 'ns', name: gateway };
  const name = `ns/${gateway}/${section}`;
  return seal({ kind: 'Listener', name, gateway: `ns/${gateway}`, section, port, protocol, hostname, origin });
}

const gateway = (name: string, hosts = ['127.0.0.1']): GatewayFacts => ({ gateway: `ns/${name}`, hosts });

/** Plays a proxy in which some ports can't be bound; gives what listens in the end, as `host:port ← listeners`. */
function serve(placer: Placer, first: Delta, refused: Readonly<Record<string, string>>, open: Map<string, Bind>) {
  for (let delta: Delta | undefined = first; delta; ) {
    const bound: Record<string, { host: string; port: number }> = {};
    const failures: { bind: string; code: string; message: string }[] = [];
    for (const unit of delta.upserts) {
      assert.ok(unit.kind === 'Bind');
      const code = refused[`${unit.host}:${unit.port}`] ?? refused[unit.host];
      if (code !== undefined) failures.push({ bind: unit.name, code, message: code });
      else {
        open.set(unit.name, unit);
        bound[unit.name] = { host: unit.host, port: unit.port === 0 ? 50_000 + open.size : unit.port };
      }
    }
    for (const unit of delta.removals) open.delete(unit.name);
    delta = placer.report({ bound, failures });
  }
  return [...open.values()]
    .map(bind => `${bind.transport ?? ''}${bind.host}:${bind.port} ← ${bind.listeners.join(' ')}`)
    .sort();
}

interface Row {
  readonly name: string;
  readonly gateways: readonly GatewayFacts[];
  readonly listeners: readonly Listener[];
  readonly map?: readonly (readonly [number, number])[];
  readonly refused?: Readonly<Record<string, string>>;
  readonly expect: readonly string[];
  readonly reason?: RegExp;
}

const TABLE: readonly Row[] = [
  {
    name: 'listeners of one port share a socket',
    gateways: [gateway('a')],
    listeners: [listener('a', 'x', 80), listener('a', 'y', 80, 'y.test'), listener('a', 'z', 81)],
    expect: ['127.0.0.1:80 ← ns/a/x ns/a/y', '127.0.0.1:81 ← ns/a/z'],
  },
  {
    name: 'TCP and UDP of one port are two sockets, which do not hinder one another',
    gateways: [gateway('a'), gateway('b')],
    listeners: [
      listener('a', 't', 53, '*', 'TCP'),
      listener('a', 'u', 53, '*', 'UDP'),
      listener('b', 'u', 8053, '*', 'UDP'),
    ],
    refused: { '127.0.0.1:53': 'EACCES' },
    expect: ['127.0.0.1:8053 ← ns/a/t', 'udp127.0.0.1:0 ← ns/a/u', 'udp127.0.0.1:8053 ← ns/b/u'],
    reason: /UDP port 53 on 127.0.0.1 needs privileges/,
  },
  {
    name: 'bytes have a socket for themselves',
    gateways: [gateway('a'), gateway('b')],
    listeners: [listener('a', 't', 80, '*', 'TCP'), listener('b', 'x', 80, 'b.test')],
    expect: ['127.0.0.1:80 ← ns/a/t', '127.0.0.1:8080 ← ns/b/x'],
    reason: /port 80 belongs to Gateway ns\/a, for another protocol/,
  },
  {
    name: 'HTTPS and TLS share a socket, HTTP does not',
    gateways: [gateway('a'), gateway('b'), gateway('c')],
    listeners: [
      listener('a', 'x', 443, 'a.test', 'HTTPS'),
      listener('b', 'x', 443, 'b.test', 'TLS'),
      listener('c', 'x', 443, 'c.test'),
    ],
    expect: ['127.0.0.1:443 ← ns/a/x ns/b/x', '127.0.0.1:8443 ← ns/c/x'],
    reason: /port 443 belongs to Gateway ns\/a, for another protocol/,
  },
  {
    name: 'Gateways whose hostnames differ share a socket',
    gateways: [gateway('a'), gateway('b')],
    listeners: [listener('a', 'x', 80, 'a.test'), listener('b', 'x', 80, 'b.test')],
    expect: ['127.0.0.1:80 ← ns/a/x ns/b/x'],
  },
  {
    name: 'the later of two Gateways with an equal hostname is moved',
    gateways: [gateway('a'), gateway('b')],
    listeners: [listener('b', 'x', 80), listener('a', 'x', 80)],
    expect: ['127.0.0.1:80 ← ns/a/x', '127.0.0.1:8080 ← ns/b/x'],
    reason: /port 80 belongs to Gateway ns\/a/,
  },
  {
    name: 'a mapped port',
    gateways: [gateway('a')],
    listeners: [listener('a', 'x', 80)],
    map: [[80, 9000]],
    expect: ['127.0.0.1:9000 ← ns/a/x'],
  },
  {
    name: 'two ports of the manifests that come to one are told apart',
    gateways: [gateway('a')],
    listeners: [listener('a', 'x', 80), listener('a', 'y', 9000)],
    map: [[80, 9000]],
    expect: ['127.0.0.1:17000 ← ns/a/y', '127.0.0.1:9000 ← ns/a/x'],
    reason: /port 9000 on 127\.0\.0\.1 already serves port 80/,
  },
  {
    name: 'a port without privileges goes to the one 8000 above',
    gateways: [gateway('a')],
    listeners: [listener('a', 'x', 80)],
    refused: { '127.0.0.1:80': 'EACCES' },
    expect: ['127.0.0.1:8080 ← ns/a/x'],
    reason: /needs privileges/,
  },
  {
    name: 'never to a port that another listener is meant for',
    gateways: [gateway('a')],
    listeners: [listener('a', 'x', 80), listener('a', 'y', 8080)],
    refused: { '127.0.0.1:80': 'EADDRINUSE' },
    expect: ['127.0.0.1:0 ← ns/a/x', '127.0.0.1:8080 ← ns/a/y'],
    reason: /in use/,
  },
  {
    name: 'then to any free port',
    gateways: [gateway('a')],
    listeners: [listener('a', 'x', 80)],
    refused: { '127.0.0.1:80': 'EADDRINUSE', '127.0.0.1:8080': 'EADDRINUSE' },
    expect: ['127.0.0.1:0 ← ns/a/x'],
  },
  {
    name: 'an address of another machine is not tried on other ports; the rest is served',
    gateways: [gateway('a', ['192.0.2.1', '127.0.0.1'])],
    listeners: [listener('a', 'x', 80)],
    refused: { '192.0.2.1': 'EADDRNOTAVAIL' },
    expect: ['127.0.0.1:80 ← ns/a/x'],
    reason: /192\.0\.2\.1 does not belong to this machine/,
  },
];

for (const { name, gateways, listeners, map = [], refused = {}, expect, reason } of TABLE) {
  test(name, () => {
    const placer = createPlacer({ map: new Map(map) });
    assert.deepEqual(serve(placer, placer.plan(gateways, listeners), refused, new Map()), expect);
    const reasons = placer.places().map(place => place.reason ?? '');
    if (reason)
      assert.ok(
        reasons.some(text => reason.test(text)),
        reasons.join('\n'),
      );
    else if (Object.keys(refused).length === 0) assert.deepEqual(new Set(reasons), new Set(['']));
  });
}

test('a socket stays where it is, whoever comes', () => {
  const placer = createPlacer({ map: new Map() });
  const open = new Map<string, Bind>();
  const b = listener('b', 'x', 80);
  assert.deepEqual(serve(placer, placer.plan([gateway('b')], [b]), {}, open), ['127.0.0.1:80 ← ns/b/x']);
  const both = placer.plan([gateway('a'), gateway('b')], [listener('a', 'x', 80), b]);
  assert.deepEqual(serve(placer, both, {}, open), ['127.0.0.1:80 ← ns/b/x', '127.0.0.1:8080 ← ns/a/x']);
  assert.deepEqual(placer.plan([gateway('a'), gateway('b')], [listener('a', 'x', 80), b]), {
    upserts: [],
    removals: [],
  });
});

test('who had to make way gets the port when it is free again', () => {
  const [a, b] = [listener('a', 'x', 80), listener('b', 'x', 80)];
  for (const [map, expected] of [
    [[], ['127.0.0.1:80 ← ns/b/x']],
    // Any port will do, so it stays on the one that it has.
    [[[80, 0]], ['127.0.0.1:8080 ← ns/b/x']],
  ] as const) {
    const placer = createPlacer({ map: new Map(map) });
    const open = new Map<string, Bind>();
    serve(placer, placer.plan([gateway('a'), gateway('b')], [a, b]), {}, open);
    assert.deepEqual(serve(placer, placer.plan([gateway('b')], [b]), {}, open), expected);
    assert.deepEqual(placer.plan([gateway('b')], [b]), { upserts: [], removals: [] });
  }
});

test('who had to make way for a hostname shares the port again without it', () => {
  const open = new Map<string, Bind>();
  const placer = createPlacer({ map: new Map() });
  const gateways = [gateway('a'), gateway('b')];
  const plan = (ofA: readonly string[], ofB: string) => {
    const listeners = [...ofA.map(host => listener('a', host, 80, host)), listener('b', 'x', 80, ofB)];
    return serve(placer, placer.plan(gateways, listeners), {}, open);
  };
  const shared = ['127.0.0.1:80 ← ns/a/x.test ns/b/x'];
  assert.deepEqual(plan(['x.test'], 'y.test'), shared);
  const apart = ['127.0.0.1:80 ← ns/a/x.test ns/a/y.test', '127.0.0.1:8080 ← ns/b/x'];
  assert.deepEqual(plan(['x.test', 'y.test'], 'y.test'), apart);
  assert.deepEqual(plan(['x.test'], 'y.test'), shared);
  assert.ok(placer.places().every(({ reason }) => reason === undefined));
});

test('a port that changes hands is one bind throughout', () => {
  const placer = createPlacer({ map: new Map([[80, 8080]]) });
  const open = new Map<string, Bind>();
  serve(placer, placer.plan([gateway('a')], [listener('a', 'x', 80)]), {}, open);
  const delta = placer.plan([gateway('a')], [listener('a', 'x', 8080)]);
  assert.deepEqual(
    delta.removals.filter(unit => delta.upserts.some(upsert => upsert.name === unit.name)),
    [],
  );
  serve(placer, delta, {}, open);
  assert.equal(placer.places()[0]?.port, 8080);
});

test('a socket that nobody needs is closed', () => {
  const placer = createPlacer({ map: new Map() });
  const open = new Map<string, Bind>();
  serve(placer, placer.plan([gateway('a')], [listener('a', 'x', 80)]), {}, open);
  assert.deepEqual(serve(placer, placer.plan([gateway('a')], []), {}, open), []);
});

test('where ports are exact, a port that can not be had is served nowhere else', () => {
  const placer = createPlacer({ map: new Map(), exact: true });
  const gateways = [gateway('a'), gateway('b'), gateway('c', [])];
  const listeners = [listener('a', 'x', 80), listener('a', 'y', 81), listener('b', 'x', 80), listener('c', 'x', 80)];
  assert.deepEqual(serve(placer, placer.plan(gateways, listeners), { '127.0.0.1:81': 'EADDRINUSE' }, new Map()), [
    '127.0.0.1:80 ← ns/a/x',
  ]);
  assert.deepEqual(
    placer.places().map(({ gateway: key, port, bound, reason }) => `${key}:${port} ${bound} ${reason}`),
    [
      'ns/a:80 80 undefined',
      'ns/a:81 undefined port 81 on 127.0.0.1 is already in use',
      'ns/b:80 undefined port 80 belongs to Gateway ns/a, for the same hostname',
    ],
  );
  assert.deepEqual(serve(placer, placer.plan(gateways.slice(1), listeners.slice(2)), {}, new Map()), [
    '127.0.0.1:80 ← ns/b/x',
  ]);
});
