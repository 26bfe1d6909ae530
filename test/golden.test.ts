import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { redacted, type Unit } from '../src/ir/index.ts';
import { type Check, isPlain } from './golden/check.ts';
import { compareAnswer, compareMirrors, compareWeights } from './golden/compare-answer.ts';
import { bindsOf, checkVerdict, verdictOn } from './golden/expected-match.ts';
import { caseNames, type GoldenCase, readCase, readYaml, UPDATE, writeYaml } from './golden/golden-case.ts';
import { type LiveCase, startLive } from './golden/live-case.ts';
import { startMemory } from './golden/memory-case.ts';
import { tellProblem } from './golden/told-problem.ts';
import { translateCase } from './golden/translated-case.ts';
import { observed } from './golden/update-case.ts';

for (const name of caseNames()) {
  test(name, async () => {
    const golden = readCase(name);
    const { units, statuses, problems } = await translateCase(golden);
    compare(golden, 'status.yaml', statuses, 'always');
    compare(golden, 'ir.yaml', units.map(shown), 'where it is');
    compare(golden, 'problems.yaml', problems.map(tellProblem), 'where it is');
    await serve(golden, units);
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

function shown(unit: Unit): object {
  const { hash: _, ...rest } = redacted(unit);
  return rest;
}

/** Each request against the reference, the compiled router and the live proxy, and that again over sockets of memory. */
async function serve(golden: GoldenCase, units: readonly Unit[]): Promise<void> {
  const binds = bindsOf(units);
  const verdictOf = ({ request }: Check) => verdictOn([...units, ...binds], binds, request);
  const { withoutEndpoints = [] } = golden.options;
  const memory = startMemory(units, binds, withoutEndpoints);
  try {
    await serveLive(golden, await startLive(units, binds, withoutEndpoints), verdictOf);
    if (UPDATE) return;
    for (const check of golden.checks) if (isPlain(check.request)) await run(memory, check, verdictOf(check));
  } finally {
    memory.close();
  }
}

async function serveLive(
  golden: GoldenCase,
  live: LiveCase,
  verdictOf: (check: Check) => ReturnType<typeof verdictOn>,
): Promise<void> {
  try {
    if (UPDATE) await update(golden, live, verdictOf);
    else for (const check of golden.checks) await run(live, check, verdictOf(check));
  } finally {
    live.close();
  }
}

async function run(live: LiveCase, check: Check, verdict: ReturnType<typeof verdictOn>): Promise<void> {
  const { request, expect, weights } = check;
  try {
    if (expect) checkVerdict(verdict, expect);
    if (expect && verdict !== 'no-socket') await ask(live, request, expect);
    if (weights) await compareWeights(live, check, weights);
  } catch (error) {
    if (error instanceof Error) error.message = `${request.method ?? 'GET'} ${request.url}: ${error.message}`;
    throw error;
  }
}

async function ask(live: LiveCase, request: Check['request'], expect: NonNullable<Check['expect']>): Promise<void> {
  const answer = await live.send(request);
  compareAnswer(answer, expect);
  if (expect.mirrors) await compareMirrors(live, answer, expect.mirrors);
}

/** Rewrites requests.yaml if anything in it is not so any more; a file that is right keeps its comments. */
async function update(
  { folder, checks }: GoldenCase,
  live: LiveCase,
  verdictOf: (check: Check) => ReturnType<typeof verdictOn>,
): Promise<void> {
  const seen: Check[] = [];
  for (const check of checks) {
    const verdict = verdictOf(check);
    if (verdict === 'no-socket') seen.push({ ...check, expect: { status: 0 } });
    else if (check.weights && !check.expect) seen.push(check);
    else seen.push(observed(check, verdict, await live.send(check.request)));
  }
  const place = path.join(folder, 'requests.yaml');
  try {
    assert.deepEqual(JSON.parse(JSON.stringify(seen)), readYaml(place));
  } catch {
    writeYaml(place, seen);
  }
}
