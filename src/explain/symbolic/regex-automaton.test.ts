import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { normalizePath } from '../../router/index.ts';
import type { Acceptor } from './acceptor.ts';
import { NORMAL_PATHS } from './normal-paths.ts';
import { createRoom, regexAcceptor } from './regex-automaton.ts';
import { createBudget, findText, reads } from './text-search.ts';

const ATOMS = [
  'a',
  'b',
  '/',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '\\b',
  '\\B',
  '^',
  '$',
  '(?i:K)',
  '\\.',
  '%2F',
  'é',
  '(?m:$)',
  '\\n',
  '[[:alpha:]]',
  '\\pL',
];
const atom = fc.constantFrom(...ATOMS);
const regex = fc.letrec<{ node: string }>(tie => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atom,
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a}|${b})`),
    fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '*?')).map(([a, op]) => `(?:${a})${op}`),
  ),
})).node;
const text = fc
  .array(fc.constantFrom('a', 'b', '/', '.', 'K', 'k', '\u212a', '1', '_', 'é', '\n', '%2F', '😀'), { maxLength: 6 })
  .map(parts => parts.join(''));

function acceptorOf(pattern: string): Acceptor {
  return regexAcceptor(pattern) ?? assert.fail(`nothing known of ${pattern}`);
}

test('an expression accepts what RE2 matches', () => {
  fc.assert(
    fc.property(regex, fc.array(text, { minLength: 8, maxLength: 8 }), (pattern, texts) => {
      const acceptor = acceptorOf(pattern);
      const compiled = RE2JS.compile(pattern);
      for (const each of texts)
        assert.equal(reads(acceptor, each), compiled.testExact(each), `${pattern} ${JSON.stringify(each)}`);
    }),
    { numRuns: 3_000 },
  );
});

test('what is found is in all that it is to be in and in nothing else; where nothing is, no text is', () => {
  const seen = { found: 0, none: 0, unknown: 0 };
  const sets = fc.tuple(fc.array(regex, { minLength: 1, maxLength: 2 }), fc.array(regex, { maxLength: 2 }));
  fc.assert(
    fc.property(sets, fc.array(text, { minLength: 8, maxLength: 8 }), ([include, exclude], texts) => {
      const found = findText(include.map(acceptorOf), exclude.map(acceptorOf), createBudget());
      seen[found.kind]++;
      const inside = include.map(each => RE2JS.compile(each));
      const outside = exclude.map(each => RE2JS.compile(each));
      const fits = (value: string) =>
        inside.every(each => each.testExact(value)) && !outside.some(each => each.testExact(value));
      if (found.kind === 'found')
        assert.ok(fits(found.value), `${include} without ${exclude}: ${JSON.stringify(found.value)}`);
      if (found.kind === 'none')
        for (const each of texts) assert.ok(!fits(each), `${include} without ${exclude}: ${each}`);
    }),
    { numRuns: 1_500 },
  );
  assert.ok(seen.found > 100 && seen.none > 100, JSON.stringify(seen));
  assert.ok(seen.unknown < 50, JSON.stringify(seen));
});

test('an expression that RE2 refuses matches nothing', () => {
  assert.equal(findText([acceptorOf('(')], [], createBudget()).kind, 'none');
});

test('one whose automaton would be too large ends the search', () => {
  const large = acceptorOf('.*a.{20}');
  const other = acceptorOf('.*b.{20}');
  assert.equal(findText([large, other], [acceptorOf('.*a.{5}b.*')], createBudget()).kind, 'unknown');
});

test('what is too large to be asked says neither yes nor no', () => {
  const room = createRoom();
  const large = regexAcceptor('.*a.{20}', room)!;
  room.left = 0;
  assert.equal(reads(large, 'a'.repeat(30)), undefined);
  const late = regexAcceptor('a*', room)!;
  assert.equal(reads(late, ''), undefined);
  assert.equal(reads(late, 'b'), undefined);
  assert.equal(findText([late], [], createBudget()).kind, 'unknown');
  assert.equal(findText([acceptorOf('.*')], [late], createBudget()).kind, 'unknown');
});

test('normal paths are those that normalizing leaves as they are', () => {
  const piece = fc.constantFrom(
    '/',
    '/',
    '.',
    '..',
    'a',
    '%2F',
    '%41',
    '%2f',
    '%00',
    '%',
    '?',
    ' ',
    '~',
    '%C3%A9',
    '\\',
    '#',
    '*',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), pieces => {
      const path = pieces.join('');
      assert.equal(reads(NORMAL_PATHS, path), normalizePath(path) === path, path);
    }),
    { numRuns: 3_000 },
  );
});
