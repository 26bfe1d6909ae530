import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { containerPorts, RESERVED_PORTS } from './container-ports.ts';

const TABLE: readonly (readonly [
  name: string,
  ports: readonly number[],
  expect: readonly (readonly [number, number])[],
])[] = [
  [
    'ports without privileges are themselves',
    [8080, 1024, 65_535],
    [
      [1024, 1024],
      [8080, 8080],
      [65_535, 65_535],
    ],
  ],
  [
    'others go 10000 up',
    [80, 443, 53],
    [
      [53, 10_053],
      [80, 10_080],
      [443, 10_443],
    ],
  ],
  [
    'and stay there, so that one who is there already goes further',
    [80, 10_080, 20_080],
    [
      [80, 10_080],
      [10_080, 30_080],
      [20_080, 20_080],
    ],
  ],
  [
    'a port of the proxy itself is none for a listener',
    [19_000, 19_001],
    [
      [19_000, 29_000],
      [19_001, 29_001],
    ],
  ],
  [
    'all six are taken',
    [80, 10_080, 20_080, 30_080, 40_080, 50_080, 60_080],
    [
      [80, 10_080],
      [10_080, 1024],
      [20_080, 20_080],
      [30_080, 30_080],
      [40_080, 40_080],
      [50_080, 50_080],
      [60_080, 60_080],
    ],
  ],
  ['a port named twice is one', [80, 80], [[80, 10_080]]],
];

for (const [name, ports, expect] of TABLE) {
  test(`ports of pods: ${name}`, () => {
    assert.deepEqual(
      [...containerPorts(ports)].sort(([a], [b]) => a - b),
      expect,
    );
  });
}

test('every port has one of its own that needs no privilege, whatever the order of the listeners', () => {
  const port = fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.constantFrom(80, 443, 10_080, 20_080, 19_000, 29_000));
  fc.assert(
    fc.property(fc.array(port, { maxLength: 64 }), ports => {
      const found = containerPorts(ports);
      assert.deepEqual(new Set(found.keys()), new Set(ports));
      assert.equal(new Set(found.values()).size, found.size);
      for (const value of found.values()) {
        assert.ok(value >= 1024 && value <= 65_535 && !RESERVED_PORTS.includes(value), String(value));
      }
      assert.deepEqual(containerPorts(ports.toReversed()), found);
    }),
  );
});

test('a listener below 1024 never moves, whoever else comes', () => {
  const low = fc.integer({ min: 1, max: 1023 });
  fc.assert(
    fc.property(low, fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 64 }), (port, others) => {
      assert.equal(containerPorts([...others, port, port + 10_000]).get(port), port + 10_000);
    }),
  );
});

test('where all ports are taken, one is left out', () => {
  const all = Array.from({ length: 65_535 }, (_, index) => index + 1);
  const found = containerPorts(all);
  assert.equal(new Set(found.values()).size, found.size);
  assert.ok(found.has(1023) && !found.has(10_001));
});
