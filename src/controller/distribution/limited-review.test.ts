import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Review } from '../identity/token-review.ts';
import { limitedReview } from './limited-review.ts';

function rig() {
  const questions: { readonly token: string; readonly answer: (review: Review) => void }[] = [];
  const review = limitedReview(
    token => new Promise(answer => questions.push({ token, answer })), // answered by the test
  );
  return { questions, review };
}

const REFUSED: Review = { kind: 'refused', reason: 'it is forged' };

test('a flood of tokens asks about few at once, and turns away what can not be heard', async () => {
  const { questions, review } = rig();
  const answers = Array.from({ length: 3_000 }, (_, i) => review(`${i}`));
  const turnedAway = await Promise.all(answers.slice(-1_000));
  assert.ok(turnedAway.every(({ kind }) => kind === 'unknown'));
  assert.equal(questions.length, 16);
  for (let at = 0; at < questions.length; at++) {
    assert.ok(questions.length <= at + 16);
    questions[at]!.answer(REFUSED);
    await turn();
  }
  assert.equal(questions.length, 1_016);
  const honest = review('later');
  questions.at(-1)!.answer(REFUSED);
  assert.deepEqual(await honest, REFUSED);
});

test('one token is asked about once at a time, and a failure is nobody else’s', async () => {
  let asked = 0;
  const review = limitedReview(async () => {
    asked++;
    await turn();
    if (asked === 1) throw new Error('away');
    return REFUSED;
  });
  const both = await Promise.allSettled([review('a'), review('a')]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.deepEqual(await review('a'), REFUSED);
  assert.equal(asked, 2);
});
