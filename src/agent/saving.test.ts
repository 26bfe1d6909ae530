import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { until } from '../../test/until.ts';
import { createSaving } from './saving.ts';

/** One that never starts by itself. */
const NEVER = 2 ** 30;

test('what changes in between is saved at the end, once', async () => {
  let saved = 0;
  const saving = createSaving(async () => void saved++, NEVER);
  await saving.finish();
  assert.equal(saved, 0);
  saving.ask();
  saving.ask();
  await saving.finish();
  await saving.finish();
  assert.equal(saved, 1);
});

test('a change comes to be saved by itself', async () => {
  const saved = Promise.withResolvers<void>();
  const saving = createSaving(async () => saved.resolve(), 1);
  saving.ask();
  await saved.promise;
});

test('a change that comes while another is being saved is saved after it', async () => {
  const order: string[] = [];
  const release = Promise.withResolvers<void>();
  let begun = 0;
  const saving = createSaving(async () => {
    order.push(`begin ${++begun}`);
    if (begun === 1) await release.promise;
    order.push(`end ${begun}`);
  }, NEVER);
  saving.ask();
  const first = saving.finish();
  await turn();
  saving.ask();
  const second = saving.finish();
  release.resolve();
  await Promise.all([first, second]);
  assert.deepEqual(order, ['begin 1', 'end 1', 'begin 2', 'end 2']);
});

test('however long saving takes, the next change is saved some seconds later', async t => {
  let now = 0;
  let saved = 0;
  const slow = async () => {
    now += 1_000_000;
    saved++;
  };
  const saving = createSaving(slow, 1, () => now);
  t.after(saving.finish);
  saving.ask();
  await until('it is saved', () => saved === 1);
  saving.ask();
  now += 6_000;
  await until('the next is', () => saved === 2);
});

test('a change whose time comes while another is still being saved is not forgotten', async t => {
  const release = Promise.withResolvers<void>();
  let begun = 0;
  const saving = createSaving(async () => {
    if (++begun === 1) await release.promise;
  }, 1);
  t.after(saving.finish);
  saving.ask();
  await until('it is being saved', () => begun === 1);
  saving.ask();
  await pause(20);
  release.resolve();
  await until('the other one is, too', () => begun === 2);
});
