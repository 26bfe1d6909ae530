import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthPages } from './health-pages.ts';

test('who asks for metrics while they are gathered gets the same, and a failure is over with its answer', async () => {
  const gathering: PromiseWithResolvers<string>[] = [];
  const pages = healthPages({
    notReady: () => undefined,
    metrics() {
      const next = Promise.withResolvers<string>();
      gathering.push(next);
      return next.promise;
    },
  });
  const ask = async () => {
    const answer = await pages['/metrics']?.(new URLSearchParams());
    return answer?.kind === 'text' ? answer.body : undefined;
  };
  const both = [ask(), ask()];
  assert.equal(gathering.length, 1);
  gathering[0]!.resolve('one');
  assert.deepEqual(await Promise.all(both), ['one', 'one']);
  const failed = ask();
  gathering[1]!.reject(new Error('a worker is gone'));
  await assert.rejects(failed, /a worker is gone/);
  const later = ask();
  gathering[2]!.resolve('three');
  assert.equal(await later, 'three');
});
