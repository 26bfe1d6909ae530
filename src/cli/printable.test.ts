import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControllerEvent } from '../controller/index.ts';
import { describeProblem } from './describe/describe-problem.ts';
import { eventLine } from './event-printer.ts';
import { printable, printableLines } from './printable.ts';

const plain = (_: string, text: string) => text;

test('what would command a terminal or begin a line is shown as an escape', () => {
  const cases: readonly [text: string, shown: string][] = [
    ['caf\u00e9 \u65e5\u672c "x" \\n', 'caf\u00e9 \u65e5\u672c "x" \\n'],
    ['a\x1b[31mb', 'a\\x1b[31mb'],
    ['a\nready', 'a\\x0aready'],
    ['a\r\tb\x00\x7f', 'a\\x0d\\x09b\\x00\\x7f'],
    ['\x9b31m', '\\x9b31m'],
    ['a\u202eb\u2028c\ufeff', 'a\\u202eb\\u2028c\\ufeff'],
  ];
  for (const [text, shown] of cases) assert.equal(printable(text), shown);
  assert.equal(printableLines('a\nb\x1b\n'), 'a\nb\\x1b\n');
});

test('no part of a problem commands the terminal that shows it', () => {
  const evil = 'x\x1b[2J\ny';
  const shown = describeProblem(
    {
      severity: 'error',
      code: 'InvalidValue',
      message: `is ${evil}`,
      object: { kind: evil, namespace: evil, name: evil },
      path: evil,
      location: { file: evil, line: 1, column: 2 },
      fix: `a: 1\nb: ${evil}`,
    },
    plain,
  );
  assert.doesNotMatch(shown, /\x1b/);
  assert.equal(shown.split('\n').length, 4, shown);
});

test('no event commands the terminal that shows it, or looks like another', () => {
  const evil = 'x\x1b[2J\nready';
  const events: readonly ControllerEvent[] = [
    { event: 'change', object: evil, action: 'updated', ms: 1 },
    { event: 'route', kind: evil, route: evil, accepted: true, resolvedRefs: false, message: evil },
    { event: 'refused', address: '192.0.2.1', proxy: evil, reason: evil, untold: 3 },
  ];
  for (const event of events) assert.doesNotMatch(eventLine(event, plain), /[\x1b\n]/);
});
