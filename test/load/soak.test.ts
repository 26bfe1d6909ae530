import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { parseFlags } from '../../soak/flags.ts';
import { soak } from '../../soak/soak.ts';
import { type Point, slope, verdict } from '../../soak/trend.ts';

/** A measurement every half minute for half an hour; `memory` in MB by the hour. */
function points(memory: (hours: number) => number, minutes = 30): Point[] {
  return Array.from({ length: minutes * 2 }, (_, nth) => {
    const hours = (nth + 1) / 120;
    return { hours, megabytes: memory(hours) };
  });
}

test('the slope is that of the second half, and growth is told from garbage', () => {
  const table: readonly (readonly [string, Point[], number, string])[] = [
    ['flat', points(() => 100), 0, 'flat'],
    ['a heap that found its size', points(hours => (hours < 0.05 ? 80 : 120)), 0, 'flat'],
    ['a leak', points(hours => 100 + 60 * hours), 60, 'grows'],
    ['a collection that is due', points(hours => 100 + 60 * (hours < 0.3 ? hours : hours - 0.2)), 20, 'flat'],
    ['a leak that is hardly one', points(hours => 100 + 10 * hours), 10, 'flat'],
    ['a few minutes', points(hours => 100 + 600 * hours, 5), 600, 'too short to tell'],
    ['nothing', [], 0, 'too short to tell'],
  ];
  for (const [name, given, expected, word] of table) {
    assert.ok(Math.abs(slope(given) - expected) < 0.1, `${name}: ${slope(given)}`);
    assert.equal(verdict(given), word, name);
  }
});

test('a soak of a second: requests of all kinds while all changes, and no failure', {
  skip: existsSync('/proc/self/status') ? false : 'there is no /proc to read',
}, async () => {
  const lines: string[] = [];
  const flags = { ...parseFlags([])!, minutes: 1 / 60, rate: 300, workers: 2 };
  assert.equal(await soak(flags, line => lines.push(line)), true, lines.join('\n'));
  assert.match(lines.at(-1)!, /^failures in \d{3,} requests: none$/);
});
