import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Alarm, Timers } from './timers.ts';

/** Timers on a clock that the test moves, looking at every millisecond as often as the system timer would. */
function bench() {
  const state = { now: 1_000_003 };
  const timers = new Timers(() => state.now);
  const fired: [name: string, at: number][] = [];
  return {
    timers,
    fired,
    state,
    alarm: (name: string) => new Alarm(name, owner => fired.push([owner, state.now])),
    advance(ms: number, step = 1) {
      for (const end = state.now + ms; state.now < end; ) {
        state.now = Math.min(end, state.now + step);
        timers.run();
      }
    },
  };
}

test('a timer fires once, not early, at most a tick late', () => {
  for (const ms of [0, 1, 9, 10, 11, 1_234, 40_950, 40_960, 40_970, 123_456]) {
    const { timers, fired, alarm, advance, state } = bench();
    const start = state.now;
    timers.set(alarm('a'), ms);
    advance(ms + 50);
    assert.equal(fired.length, 1, `${ms} ms`);
    const late = fired[0]![1] - start - ms;
    assert.ok(late >= 0 && late <= 10, `${ms} ms fired ${late} ms late`);
  }
});

test('held time stands still and costs one look at the clock', () => {
  let looks = 0;
  let time = 1_000;
  const timers = new Timers(() => {
    looks++;
    return time;
  });
  timers.hold();
  looks = 0;
  time = 2_000;
  timers.set(new Alarm('a', () => {}), 50_000);
  assert.deepEqual([timers.now(), looks], [1_000, 0]);
  timers.letGo();
  assert.equal(timers.now(), 2_000);
});

test('re-arming moves the time, later or earlier', () => {
  const { timers, fired, alarm, advance, state } = bench();
  const [later, earlier] = [alarm('later'), alarm('earlier')];
  timers.set(later, 50);
  timers.set(earlier, 500);
  advance(40);
  const start = state.now;
  timers.set(later, 300);
  timers.set(earlier, 20);
  advance(1_000);
  assert.deepEqual(
    fired.map(([name, at]) => [name, Math.floor((at - start) / 20)]),
    [
      ['earlier', 1],
      ['later', 15],
    ],
  );
});

test('a cleared timer never fires, and can be armed again', () => {
  const { timers, fired, alarm, advance } = bench();
  const timer = alarm('a');
  timers.set(timer, 20);
  timers.clear(timer);
  timers.clear(timer);
  advance(100);
  assert.deepEqual(fired, []);
  timers.set(timer, 20);
  advance(100);
  assert.equal(fired.length, 1);
});

test('from onTimeout every timer may be armed or cleared, those due at the same tick too', () => {
  const { timers, fired, alarm, advance } = bench();
  const victim = alarm('victim');
  let again = 3;
  const killer: Alarm<null> = new Alarm(null, () => {
    timers.clear(victim);
    fired.push(['killer', 0]);
    if (--again > 0) timers.set(killer, 0);
  });
  timers.set(killer, 20);
  timers.set(victim, 20);
  timers.set(alarm('bystander'), 20);
  advance(200);
  assert.deepEqual(fired.map(([name]) => name).sort(), ['bystander', 'killer', 'killer', 'killer']);
});

test('after a long stop everything due fires, and the rest keeps its time', () => {
  const { timers, fired, alarm, advance, state } = bench();
  const start = state.now;
  for (const ms of [10, 1_000, 90_000, 200_000]) timers.set(alarm(String(ms)), ms);
  state.now += 100_000;
  timers.run();
  assert.deepEqual(fired.map(([name]) => name).sort(), ['10', '1000', '90000']);
  advance(110_000, 5);
  assert.equal(fired[3]![0], '200000');
  assert.ok(fired[3]![1] - start >= 200_000 && fired[3]![1] - start <= 200_020);
});

test('whatever is armed, re-armed and cleared: each timer fires when it was last told to', () => {
  const step = fc.record({ timer: fc.nat(4), ms: fc.option(fc.nat(60_000)), wait: fc.nat(30_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), steps => {
      const { timers, advance, state } = bench();
      const due: (number | undefined)[] = [];
      const alarms = Array.from({ length: 5 }, (_, i) => {
        const timer: Alarm<number> = new Alarm(i, () => {
          assert.ok(
            due[i] !== undefined && state.now >= due[i] && state.now < due[i] + 20,
            `${due[i]} at ${state.now}`,
          );
          due[i] = undefined;
        });
        return timer;
      });
      for (const { timer, ms, wait } of steps) {
        due[timer] = ms === null ? undefined : state.now + ms;
        if (ms === null) timers.clear(alarms[timer]!);
        else timers.set(alarms[timer]!, ms);
        advance(wait, 9);
      }
      advance(61_000, 9);
      assert.deepEqual(
        due.filter(time => time !== undefined),
        [],
      );
    }),
    { numRuns: 60 },
  );
});

test('the system timer drives the wheel', async () => {
  const timers = new Timers();
  const hold = setTimeout(() => {}, 5_000);
  const start = timers.now();
  const order: string[] = [];
  await new Promise<void>(resolve => {
    timers.set(
      new Alarm('slow', name => {
        order.push(name);
        resolve();
      }),
      700,
    );
    timers.set(new Alarm('quick', name => order.push(name)), 20);
  });
  clearTimeout(hold);
  assert.deepEqual(order, ['quick', 'slow']);
  assert.ok(timers.now() - start >= 700);
});
