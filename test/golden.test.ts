import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { Unit } from '../src/ir/index.ts';
import type { Check } from './golden/check.ts';
import { bindsOf, checkVerdict, verdictOn } from './golden/expected-match.ts';
import { caseNames, type GoldenCase, readCase, readYaml, UPDATE, writeYaml } from './golden/golden-case.ts';
import { tellProblem } from './golden/told-problem.ts';
import { translateCase } from './golden/translated-case.ts';

for (const name of caseNames()) {
  test(name, async () => {
    const golden = readCase(name);
    const { units, statuses, problems } = await translateCase(golden);
    compare(golden, 'status.yaml', statuses, 'always');
    compare(golden, 'ir.yaml', units.map(withoutHash), 'where it is');
    compare(golden, 'problems.yaml', problems.map(tellProblem), 'where it is');
    const binds = bindsOf(units);
    for (const check of golden.checks) matching([...units, ...binds], binds, check);
  });
}

/** Compares with a file of the case, or writes it. */
function compare({ folder }: GoldenCase, file: string, seen: unknown, when: 'always' | 'where it is'): void {
  const place = path.join(folder, file);
  const expected = readYaml(place);
  if (expected === undefined && when === 'where it is') return;
  if (UPDATE) writeYaml(place, seen);
  else assert.deepEqual(JSON.parse(JSON.stringify(seen)), expected, `${file} (UPDATE_GOLDEN=1 writes it)`);
}

function withoutHash({ hash: _, ...unit }: Unit): object {
  return unit;
}

function matching(units: readonly Unit[], binds: ReturnType<typeof bindsOf>, check: Check): void {
  const verdict = verdictOn(units, binds, check.request);
  if (check.expect) checkVerdict(verdict, check.expect);
}
