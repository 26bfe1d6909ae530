import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Problem } from '../resources/index.ts';
import { createEventLimit } from './event-limit.ts';
import type { ControllerEvent } from './events.ts';

const REF = { kind: 'HTTPRoute', namespace: 'shop', name: 'web' };
const change: ControllerEvent = { event: 'change', object: 'HTTPRoute/shop/web', action: 'updated', ms: 1 };

function route(accepted: boolean): ControllerEvent {
  return { event: 'route', kind: 'HTTPRoute', route: 'shop/web', accepted, resolvedRefs: true };
}

function problem(message: string): Problem {
  return { severity: 'warning', code: 'BackendNotFound', message, object: REF };
}

/** In short what was told since the last call. */
function limited(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const told: string[] = [];
  const limit = createEventLimit({ tell: event => told.push(short(event)), most: 3, window: 1_000 });
  return { limit, told: () => told.splice(0), pass: () => t.mock.timers.tick(1_000) };
}

function short(event: ControllerEvent): string {
  switch (event.event) {
    case 'route':
      return event.accepted ? 'accepted' : 'refused';
    case 'problem':
    case 'solved':
      return `${event.event} ${event.problem.code === 'LinesLeftOut' ? 'left out' : event.problem.message}`;
    default:
      return event.event;
  }
}

test('of a flood about one object the first is told, and at last what has come of it', t => {
  const { limit, told, pass } = limited(t);
  limit.take({ event: 'problem', problem: problem('a') });
  limit.take(change);
  limit.take(route(true));
  assert.deepEqual(told(), ['problem a', 'change', 'accepted']);
  for (const message of ['b', 'c']) {
    limit.take(change);
    limit.take({ event: 'problem', problem: problem(message) });
    limit.take(route(message === 'b'));
    if (message === 'b') limit.take({ event: 'solved', problem: problem('b') });
  }
  limit.take({ event: 'solved', problem: problem('a') });
  assert.deepEqual(told(), ['problem left out']);
  pass();
  assert.deepEqual(told(), ['change', 'problem c', 'refused', 'solved a']);
  pass();
  assert.deepEqual(told(), ['solved left out']);
  for (let i = 0; i < 3; i++) limit.take(change);
  assert.deepEqual(told(), ['change', 'change', 'change']);
});

test('a flood that goes on is told of once', t => {
  const { limit, told, pass } = limited(t);
  for (let minute = 0; minute < 3; minute++) {
    for (let i = 0; i < 100; i++) limit.take(change);
    pass();
  }
  assert.deepEqual(told(), [
    ...['change', 'change', 'change', 'problem left out', 'change'],
    ...['change', 'change', 'change', 'change'],
    ...['change', 'change', 'change', 'change'],
  ]);
});

test('other objects, and what is about none, are told all the same', t => {
  const { limit, told } = limited(t);
  for (let i = 0; i < 9; i++) limit.take(change);
  told();
  const server: Problem = { severity: 'error', code: 'ApiServerUnreachable', message: 'gone' };
  limit.take({ event: 'change', object: 'HTTPRoute/shop/other', action: 'created', ms: 1 });
  for (let i = 0; i < 5; i++) limit.take({ event: 'problem', problem: server });
  assert.deepEqual(told(), ['change', ...Array<string>(5).fill('problem gone')]);
});
