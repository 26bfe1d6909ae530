import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyDelta, anyGateway, GATEWAYS } from '../../test/stream/any-delta.ts';
import { createUnitMap, type UnitMap } from '../../test/stream/unit-map.ts';
import { backend, bind, endpoints, listener, route, secret } from '../../test/stream/units.ts';
import { type Delta, type Unit, unitKey, WIRE_ORDER } from '../ir/index.ts';
import { createScopes } from './scopes.ts';

type Step =
  | { readonly kind: 'units'; readonly delta: Delta }
  | { readonly kind: 'move'; readonly gateway: string; readonly scope: string | undefined };

const scope = fc.constantFrom('x', 'y', undefined);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: anyDelta.map(each => ({ kind: 'units', delta: each }) as const) },
  {
    weight: 1,
    arbitrary: fc.tuple(anyGateway, scope).map(([of, to]) => ({ kind: 'move', gateway: of, scope: to }) as const),
  },
);

/** Scopes under test, and plainly what they were told. */
function createWorld() {
  const places = new Map<string, string | undefined>(GATEWAYS.map(name => [name, 'x']));
  const scopes = createScopes({ scopeOf: name => places.get(name) });
  const all = createUnitMap();
  const parts = new Map<string, UnitMap>();

  function give(deltas: ReadonlyMap<string, Delta>): void {
    for (const [name, each] of deltas) {
      const part = parts.get(name) ?? createUnitMap();
      parts.set(name, part);
      part.apply(each);
    }
  }

  return {
    places,
    take(each: Step): void {
      if (each.kind === 'move') {
        places.set(each.gateway, each.scope);
        give(scopes.rescope(each.gateway));
        return;
      }
      const there = new Set(all.units().map(unitKey));
      all.apply({ ...each.delta, removals: each.delta.removals.filter(name => there.has(unitKey(name))) });
      give(scopes.apply(each.delta));
    },
    part: (name: string) => parts.get(name) ?? createUnitMap(),
    fromScratch(name: string): UnitMap {
      const fresh = createUnitMap();
      const whole = createScopes({ scopeOf: of => places.get(of) }).apply({ upserts: all.units(), removals: [] });
      fresh.apply(whole.get(name) ?? { upserts: [], removals: [] });
      return fresh;
    },
  };
}

test('for any order of deltas and moves, each scope holds what it would hold from scratch', () => {
  const run = fc.property(fc.array(step, { maxLength: 25 }), steps => {
    const world = createWorld();
    for (const each of steps) world.take(each);
    for (const name of ['x', 'y']) {
      const part = world.part(name);
      assert.deepEqual(part.held(), world.fromScratch(name).held());
      assertClosed(part.units(), of => world.places.get(of) === name);
    }
  });
  fc.assert(run, { numRuns: 300 });
});

/** Whatever it holds is in it by its Gateway, or because something that it holds names it. */
function assertClosed(units: readonly Unit[], isHere: (gateway: string) => boolean): void {
  const texts = units.map(each => JSON.stringify(each));
  units.forEach((each, at) => {
    if (each.kind === 'Listener') assert.ok(isHere(each.gateway));
    else if (each.kind === 'Route' || each.kind === 'TransportRoute') assert.ok(isHere(each.name.split('@')[1]!));
    else
      assert.ok(
        texts.some((text, other) => other !== at && text.includes(each.name)),
        `${unitKey(each)} strayed in`,
      );
  });
}

test('what nothing refers to goes nowhere, and a Secret only where it is needed', () => {
  const scopes = createScopes({ scopeOf: of => of });
  const deltas = scopes.apply({
    upserts: [secret('s1', 'x'), secret('s2', 'x'), listener('a/one', 'https', ['s1']), listener('a/two', 'http')],
    removals: [],
  });
  assert.deepEqual(namesOf(deltas), {
    'a/one': ['+Secret/default/s1', '+a/one/https'],
    'a/two': ['+a/two/http'],
  });
  const shared = scopes.apply({ upserts: [listener('a/two', 'http', ['s1'])], removals: [] });
  assert.deepEqual(namesOf(shared), { 'a/two': ['+Secret/default/s1', '+a/two/http'] });
  const dropped = scopes.apply({ upserts: [listener('a/one', 'https', ['s2'])], removals: [] });
  assert.deepEqual(namesOf(dropped), { 'a/one': ['+Secret/default/s2', '+a/one/https', '-Secret/default/s1'] });
});

test('a backend is a reference away, and its endpoints go with it, whatever its variant', () => {
  const scopes = createScopes({ scopeOf: of => of });
  const upserts = [backend('b'), backend('b;h2', ['ca']), endpoints('b', 1), secret('ca', 'x')];
  assert.deepEqual(namesOf(scopes.apply({ upserts, removals: [] })), {});
  assert.deepEqual(namesOf(scopes.apply({ upserts: [route('a/one', 'r', ['b;h2'])], removals: [] })), {
    'a/one': ['+Secret/default/ca', '+Service/default/b/80;h2', '+Service/default/b/80', '+HTTPRoute/default/r@a/one'],
  });
  const mirrored = scopes.apply({ upserts: [route('a/one', 'r', [], ['b'])], removals: [] });
  assert.deepEqual(namesOf(mirrored), {
    'a/one': ['+Service/default/b/80', '+HTTPRoute/default/r@a/one', '-Service/default/b/80;h2', '-Secret/default/ca'],
  });
});

test('Bind units come apart, behind what they need and before what they leave', () => {
  const scopes = createScopes({ scopeOf: of => of });
  const came = scopes.apply(
    { upserts: [listener('a/one', 'http')], removals: [] },
    new Map([['a/one', { upserts: [bind(80, ['a/one/http'])], removals: [] }]]),
  );
  assert.deepEqual(namesOf(came), { 'a/one': ['+a/one/http', '+0.0.0.0:80'] });
  const went = scopes.apply(
    { upserts: [], removals: [{ kind: 'Listener', name: 'a/one/http' }] },
    new Map([['a/one', { upserts: [], removals: [{ kind: 'Bind', name: '0.0.0.0:80' }] }]]),
  );
  assert.deepEqual(namesOf(went), { 'a/one': ['-0.0.0.0:80', '-a/one/http'] });
});

test('a change is in wire order, removals last and in the opposite one', () => {
  const run = fc.property(fc.array(anyDelta, { maxLength: 12 }), deltas => {
    const scopes = createScopes({ scopeOf: () => 'x' });
    for (const { upserts, removals } of deltas.flatMap(each => [...scopes.apply(each).values()])) {
      const came = upserts.map(rank);
      const gone = removals.map(rank);
      assert.deepEqual(
        came,
        came.toSorted((a, b) => a - b),
      );
      assert.deepEqual(
        gone,
        gone.toSorted((a, b) => b - a),
      );
    }
  });
  fc.assert(run);
});

function rank({ kind }: Pick<Unit, 'kind'>): number {
  return WIRE_ORDER.indexOf(kind);
}

function namesOf(deltas: ReadonlyMap<string, Delta>): Record<string, string[]> {
  const lines = ({ upserts, removals }: Delta) => [
    ...upserts.map(({ name }) => `+${name}`),
    ...removals.map(({ name }) => `-${name}`),
  ];
  return Object.fromEntries([...deltas].map(([name, each]) => [name, lines(each)]));
}
