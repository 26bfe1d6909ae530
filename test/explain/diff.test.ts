import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffUnits, type Example } from '../../src/explain/index.ts';
import type { Rule, Unit } from '../../src/ir/index.ts';
import { matchReference, type RequestLine } from '../../src/router/index.ts';
import { BIND, request, twoOfUnits } from './random-units.ts';

/** More, and other ones each time, with DIFF_PAIRS=10000. */
const PAIRS = Number(process.env.DIFF_PAIRS ?? 250);

/** As a difference names it. */
function destination(units: readonly Unit[], line: RequestLine): string {
  const entry = matchReference(units, BIND, line);
  if (typeof entry === 'string') return '404, no rule takes it';
  const { action } = entry.rule as Rule;
  if (action.kind === 'redirect') return 'redirect 302 to same scheme://to.example, same path';
  if (action.kind !== 'forward' || action.backends[0]?.target.kind !== 'backend') return assert.fail(action.kind);
  return action.backends[0].target.backend.replace(/^(\w+)\/(\w+)\/(\w+)\/(\d+)$/, '$1 $2/$3:$4');
}

function lineOf({ request: { method, url, headers } }: Example): RequestLine {
  const [, host, path, query = ''] = /^http:\/\/([^/?*]+)([^?]*)\??(.*)$/.exec(url) as string[] as [
    string,
    string,
    string,
  ];
  return { method, host, path, query, header: name => headers.find(each => each[0] === name)?.[1] };
}

test('what is said to change changes, and what changes is said', context => {
  const counts = { pairs: 0, equal: 0, changes: 0, examples: 0, leftOut: 0, requests: 0, differing: 0 };
  fc.assert(
    fc.property(twoOfUnits, fc.array(request, { minLength: 40, maxLength: 40 }), ([before, after], lines) => {
      const { changes, leftOut } = diffUnits(before, after);
      const said = new Set(changes.map(change => `${change.before.destination} → ${change.after.destination}`));
      for (const change of changes) {
        for (const example of change.examples) {
          counts.examples++;
          const line = lineOf(example);
          assert.equal(destination(before, line), change.before.destination, example.request.url);
          assert.equal(destination(after, line), change.after.destination, example.request.url);
        }
      }
      for (const line of lines) {
        const [was, is] = [destination(before, line), destination(after, line)];
        counts.requests++;
        if (was === is) continue;
        counts.differing++;
        if (leftOut.length > 0) continue;
        const values = ['h', 'i'].map(name => `${name}: ${line.header(name)}`);
        assert.ok(
          said.has(`${was} → ${is}`),
          `${was} → ${is}: ${JSON.stringify(line)} ${values}; said: ${[...said].join('; ')}`,
        );
      }
      counts.pairs++;
      counts.changes += changes.length;
      counts.leftOut += leftOut.length;
      if (changes.length === 0) counts.equal++;
    }),
    { numRuns: PAIRS },
  );
  context.diagnostic(JSON.stringify(counts));
  assert.ok(counts.changes > PAIRS && counts.differing > PAIRS && counts.leftOut < PAIRS / 20, JSON.stringify(counts));
});

test('nothing differs from itself', () => {
  fc.assert(
    fc.property(twoOfUnits, ([units]) => {
      assert.deepEqual(diffUnits(units, units), { changes: [], transports: [], leftOut: [] });
    }),
    { numRuns: 100 },
  );
});
