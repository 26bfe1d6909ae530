import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStatusStore } from './status-store.ts';

const ref = { kind: 'Gateway', namespace: 'default', name: 'gw' };
const condition = (type: string, status: string, message = '') => ({ type, status, reason: 'Because', message });

function storeWithClock() {
  let seconds = 0;
  return createStatusStore(() => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)));
}

test('a condition keeps its time until its status changes', () => {
  const store = storeWithClock();
  store.set(ref, { conditions: [condition('Accepted', 'True'), condition('Programmed', 'False')] });
  store.set(ref, {
    conditions: [condition('Programmed', 'True'), condition('Accepted', 'True', 'new text')],
  });
  assert.deepEqual(store.get(ref), {
    conditions: [
      { ...condition('Programmed', 'True'), lastTransitionTime: '2026-01-01T00:00:01Z' },
      { ...condition('Accepted', 'True', 'new text'), lastTransitionTime: '2026-01-01T00:00:00Z' },
    ],
  });
});

test('conditions of listeners and parents follow their owner when the list is reordered', () => {
  const store = storeWithClock();
  const a = { name: 'a', conditions: [condition('Ready', 'True')] };
  const b = { name: 'b', conditions: [condition('Ready', 'False')] };
  store.set(ref, { listeners: [a] });
  store.set(ref, { listeners: [b, a] });
  assert.deepEqual(store.get(ref), {
    listeners: [
      { name: 'b', conditions: [{ ...b.conditions[0], lastTransitionTime: '2026-01-01T00:00:01Z' }] },
      { name: 'a', conditions: [{ ...a.conditions[0], lastTransitionTime: '2026-01-01T00:00:00Z' }] },
    ],
  });
});

test('a removed status is forgotten, its times with it', () => {
  const store = storeWithClock();
  const status = { conditions: [condition('Accepted', 'True')] };
  store.set(ref, status);
  store.set(ref, undefined);
  assert.equal(store.get(ref), undefined);
  const again = { conditions: [{ ...status.conditions[0], lastTransitionTime: '2026-01-01T00:00:01Z' }] };
  store.set(ref, status);
  assert.deepEqual(store.get(ref), again);
});
