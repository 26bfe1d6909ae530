import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Shadow, unreachableRules } from '../../src/explain/index.ts';
import type { Unit } from '../../src/ir/index.ts';
import { type Entry, matchReference, type RequestLine } from '../../src/router/index.ts';
import { BIND, request, someUnits } from './random-units.ts';

/** More, and other ones each time, with UNREACHABLE_SETS=10000. */
const SETS = Number(process.env.UNREACHABLE_SETS ?? 300);

function denies(shadow: Shadow, { route, rule, matchIndex }: Entry<unknown>): boolean {
  const { namespace, name } = shadow.route;
  const sameRule = route.route === `${namespace}/${name}` && rule.index === shadow.rule;
  return sameRule && (shadow.match === undefined || shadow.match === matchIndex);
}

function expectTruth(units: readonly Unit[], shadows: readonly Shadow[], lines: readonly RequestLine[]): number {
  let reached = 0;
  for (const line of lines) {
    const entry = matchReference(units, BIND, line);
    if (typeof entry === 'string') continue;
    reached++;
    const denied = shadows.find(shadow => denies(shadow, entry));
    assert.equal(denied, undefined, `${JSON.stringify(line)} reaches ${JSON.stringify(denied)}`);
  }
  return reached;
}

test('no request reaches what is said to be unreachable', context => {
  const counts = { sets: 0, matches: 0, claims: 0, requests: 0 };
  fc.assert(
    fc.property(someUnits, fc.array(request, { minLength: 40, maxLength: 40 }), (units, lines) => {
      const shadows = unreachableRules(units);
      counts.sets++;
      counts.matches += units.flatMap(unit =>
        unit.kind === 'Route' ? unit.rules.flatMap(each => each.matches) : [],
      ).length;
      counts.claims += shadows.length;
      if (shadows.length > 0) counts.requests += expectTruth(units, shadows, lines);
    }),
    { numRuns: SETS },
  );
  context.diagnostic(JSON.stringify(counts));
  assert.ok(counts.claims > SETS / 4 && counts.requests > SETS, JSON.stringify(counts));
});
