import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProber, type Expectation, type MemoryProber, readTestModule, runSuite } from '../src/testing/index.ts';
import { type Check, type Expectation as GoldenExpectation, isPlain, type Sight } from './golden/check.ts';
import { bindsOf } from './golden/expected-match.ts';
import { caseNames, readCase } from './golden/golden-case.ts';
import { translateCase } from './golden/translated-case.ts';

/** What depends on the backends' answers (503, 504, statuses of theirs) or on earlier requests is not for routing tests. */
function isForRoutingTests({ request, expect }: Check): boolean {
  return (
    isPlain(request) &&
    expect !== undefined &&
    expect.status !== 0 &&
    request.client === undefined &&
    request.keeps === undefined
  );
}

/** Of those that may answer, here the request is put to each: only one that is alone is compared further. */
function expectationOf(golden: GoldenExpectation): Expectation {
  const { route, rule, backend, location, backendSees, status } = golden;
  const own = backend === undefined && status < 502;
  return {
    route: route ?? 'none',
    ...(rule !== undefined && { rule }),
    ...(backend !== undefined && { backend }),
    ...(own && { status, backend: 'none' }),
    ...(location !== undefined && { location }),
    ...(typeof backend === 'string' && backendSees !== undefined && { backendSees: inMemory(backendSees) }),
  };
}

/** Without the way to the backend, which is none, and the body, which no test sends. */
function inMemory({ way: _way, body: _body, ...sight }: Sight): NonNullable<Expectation['backendSees']> {
  return sight;
}

async function runCase(name: string, checks: readonly Check[], prober: MemoryProber): Promise<number> {
  const tests = checks.filter(isForRoutingTests).map(({ request, expect }) => {
    return { request, expect: expectationOf(expect!) };
  });
  if (tests.length === 0) return 0;
  const suite = readTestModule({ tests }, name);
  const results = await runSuite(suite, prober);
  assert.deepEqual(
    results
      .filter(({ passed }) => !passed)
      .map(({ name: test, faults, unaskable, mismatches }) => ({ test, faults, unaskable, mismatches })),
    [],
  );
  return results.length;
}

let asked = 0;
for (const name of caseNames()) {
  test(name, async t => {
    const golden = readCase(name);
    const { units } = await translateCase(golden);
    const prober = createProber([...units, ...bindsOf(units)]);
    t.after(prober.close);
    asked += await runCase(name, golden.checks, prober);
  });
}

test('many requests of golden cases were asked', t => {
  t.diagnostic(`${asked} requests`);
  assert.ok(asked > 300);
});
