import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeExplanation } from './describe-explanation.ts';
import { isExplanation } from './is-explanation.ts';

const LEAST = {
  outcome: 'error',
  summary: 'no',
  causes: [],
  otherListeners: [],
  losers: [],
  lost: 0,
  filters: [],
  backends: [],
  policies: [],
  notes: [],
  problems: [],
};

test('what passes can be told', () => {
  assert.ok(isExplanation(LEAST));
  assert.equal(
    describeExplanation(LEAST, (_, text) => text),
    'no',
  );
});

for (const [what, value] of [
  ['a text', 'no'],
  ['nothing', null],
  ['a list that is none', { ...LEAST, notes: 'none' }],
  ['a list of something else', { ...LEAST, losers: [null] }],
  ['a member that is missing', { ...LEAST, causes: [{}] }],
  ['a fix that is no text', { ...LEAST, causes: [{ message: 'x', fix: 7 }] }],
  ['a request without headers', { ...LEAST, request: { method: 'GET', path: '/', host: 'h', removed: [] } }],
  ['endpoints of something else', { ...LEAST, backends: [{ ref: 'x', share: 1, endpoints: ['a'] }] }],
] as const) {
  test(`no explanation: ${what}`, () => assert.ok(!isExplanation(value)));
}
