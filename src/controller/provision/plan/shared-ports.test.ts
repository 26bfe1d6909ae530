import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Listener, seal } from '../../../ir/index.ts';
import { sharedPortRefusals } from './shared-ports.ts';

/** `gateway/section port protocol hostname` */
function listener(text: string): Listener {
  const [name = '', port, protocol, hostname = '*'] = text.split(' ');
  const [gateway = '', section = ''] = name.split('/');
  const origin = { kind: 'Gateway', namespace: 'ns', name: gateway };
  const known = (['HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP'] as const).find(each => each === protocol) ?? 'HTTP';
  return seal({
    kind: 'Listener',
    name: `ns/${name}`,
    gateway: `ns/${gateway}`,
    section,
    port: Number(port),
    protocol: known,
    hostname,
    origin,
  });
}

interface Row {
  readonly name: string;
  /** Of Gateways a (the oldest), b and c. */
  readonly listeners: readonly string[];
  readonly expect: Readonly<Record<string, RegExp>>;
}

const TABLE: readonly Row[] = [
  { name: 'other ports', listeners: ['a/x 80 HTTP', 'b/x 81 HTTP'], expect: {} },
  { name: 'other hostnames', listeners: ['a/x 80 HTTP a.example', 'b/x 80 HTTP b.example', 'c/x 80 HTTP'], expect: {} },
  {
    name: 'one hostname of two: only that listener fails',
    listeners: ['b/x 80 HTTP a.example', 'b/y 80 HTTP b.example', 'a/x 80 HTTP a.example'],
    expect: {
      'ns/b/x': /^port 80 of the proxies .* belongs to Gateway ns\/a, for the same hostname: use another port$/,
    },
  },
  {
    name: 'another protocol',
    listeners: ['a/x 443 HTTPS a.example', 'b/x 443 HTTP b.example', 'c/x 443 TLS c.example', 'c/y 443 TCP'],
    expect: { 'ns/b/x': /ns\/a, for another protocol/, 'ns/c/y': /ns\/a, for another protocol/ },
  },
  {
    name: 'bytes have the port for themselves',
    listeners: ['a/x 90 TCP', 'b/x 90 TCP'],
    expect: { 'ns/b/x': /belongs to Gateway ns\/a: use another port$/ },
  },
  { name: 'TCP and UDP of one port', listeners: ['a/x 53 TCP', 'b/x 53 UDP'], expect: {} },
  {
    name: "one that is refused is in nobody's way",
    listeners: ['a/x 80 HTTP a.example', 'b/x 80 HTTPS c.example', 'c/x 80 HTTP c.example'],
    expect: { 'ns/b/x': /another protocol/ },
  },
  {
    name: 'what stands in one Gateway has been told apart already',
    listeners: ['a/x 80 HTTP a.example', 'a/y 80 HTTP b.example', 'a/z 80 HTTP'],
    expect: {},
  },
];

for (const { name, listeners, expect } of TABLE) {
  test(`ports that Gateways share: ${name}`, () => {
    const found = sharedPortRefusals(['ns/a', 'ns/b', 'ns/c'], listeners.map(listener));
    assert.deepEqual([...found.keys()].sort(), Object.keys(expect));
    for (const [key, reason] of Object.entries(expect)) assert.match(found.get(key) ?? '', reason);
  });
}
