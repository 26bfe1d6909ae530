import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestFacts } from '../src/proxy/index.ts';
import { startBoth } from './explain/live-facts.ts';
import { randomCases } from './explain/random-routes.ts';
import type { RequestSpec } from './golden/check.ts';
import { bindFor, bindsOf } from './golden/expected-match.ts';
import { caseNames, readCase } from './golden/golden-case.ts';
import { translateCase } from './golden/translated-case.ts';

/** `explain` against the debug header of a live proxy, over real sockets. */

test('what is explained of every golden request is what the live proxy does', async t => {
  const seen = counts();
  for (const name of caseNames()) {
    const golden = readCase(name);
    const { units } = await translateCase(golden);
    const binds = bindsOf(units);
    const requests = golden.checks
      .map(check => check.request) // What a client offers in its handshake, nobody explains.
      .filter(each => each.offers === undefined && bindFor(binds, each) !== undefined);
    if (requests.length === 0) continue;
    const both = await startBoth(units, binds, golden.options.withoutEndpoints);
    try {
      for (const request of requests) seen.take(await asked(both, request, name));
    } finally {
      both.close();
    }
  }
  t.diagnostic(seen.say());
  assert.ok(seen.total > 400, seen.say());
});

test('what is explained of random requests to random routes is what the live proxy does', async t => {
  const seen = counts();
  for (const { units, requests } of randomCases(20_261_121, 50, 50)) {
    const both = await startBoth(units, bindsOf(units));
    try {
      for (const request of requests) seen.take(await asked(both, request, 'random'));
    } finally {
      both.close();
    }
  }
  t.diagnostic(seen.say());
  assert.ok(seen.total >= 2_000 && seen.routed > 500, seen.say());
});

async function asked(both: Awaited<ReturnType<typeof startBoth>>, request: RequestSpec, where: string) {
  try {
    return await both.ask(request);
  } catch (error) {
    if (error instanceof Error) error.message = `${where}: ${request.method ?? 'GET'} ${request.url}: ${error.message}`;
    throw error;
  }
}

function counts() {
  const by = new Map<string, number>();
  const sum = (of: (word: string) => boolean) =>
    [...by].reduce((all, [word, times]) => all + (of(word) ? times : 0), 0);
  return {
    take({ backend, outcome = 'backend' }: RequestFacts) {
      const word = backend === undefined ? outcome : 'backend';
      by.set(word, (by.get(word) ?? 0) + 1);
    },
    get total() {
      return sum(() => true);
    },
    get routed() {
      return sum(word => word === 'backend');
    },
    say(): string {
      const parts = [...by].sort((a, b) => b[1] - a[1]).map(([word, times]) => `${word} ${times}`);
      return `${sum(() => true)} requests: ${parts.join(', ')}`;
    },
  };
}
