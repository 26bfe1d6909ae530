import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setTheScene } from './changes.ts';
import type { Flags } from './flags.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { createTally, failuresText, type Tally } from './tally.ts';
import { startTraffic } from './traffic.ts';
import { floors, type Point, slope, verdict } from './trend.ts';
import { type Vitals, vitalsOf } from './vitals.ts';

/** Between two looks at the memory, and between two lines; ms. */
const LOOK = 1_000;
const LINE = 30_000;

/** Runs a gateway under everything that can happen to it, prints what becomes of it, and says whether all was well. */
export async function soak(flags: Flags, print: (line: string) => void): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-soak-'));
  const tally = createTally();
  const changes = await setTheScene(folder);
  const gateway = await startGateway(folder, flags.workers);
  changes.begin();
  const traffic = startTraffic(gateway.port, flags.rate, tally);
  try {
    const points = await Promise.race([watch(gateway, flags.minutes, tally, print), gateway.died]);
    await traffic.stop();
    const code = await gateway.stop();
    return report(points, tally, code, print);
  } finally {
    await gateway.stop();
    await changes.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A line every half minute, with the least memory of its time: what garbage adds says nothing. */
async function watch(
  { pid }: GatewayProcess,
  minutes: number,
  tally: Tally,
  print: (line: string) => void,
): Promise<readonly Point[]> {
  const began = performance.now();
  const points: Point[] = [];
  const ms = minutes * 60_000;
  print(TITLES.join('  '));
  for (let line = 1; performance.now() - began < ms; line++) {
    let least = Number.POSITIVE_INFINITY;
    for (const end = Math.min(line * LINE, ms); performance.now() - began < end; ) {
      await sleep(Math.min(LOOK, Math.max(1, end - performance.now() + began)));
      least = Math.min(least, vitalsOf(pid).megabytes);
    }
    const hours = (performance.now() - began) / 3_600_000;
    points.push({ hours, megabytes: least });
    print(rowOf({ hours, megabytes: least }, vitalsOf(pid), tally));
  }
  return points;
}

const TITLES = ['minute', 'requests', 'RSS MB (least, last)', 'descriptors', 'threads', 'CPU s', 'failures'];

/** `least`: the time, and the least memory since the line before. */
function rowOf(least: Point, { megabytes, descriptors, threads, cpuSeconds }: Vitals, tally: Tally): string {
  const cells = [
    (least.hours * 60).toFixed(1),
    String(tally.requests),
    `${least.megabytes.toFixed(1)}, ${megabytes.toFixed(1)}`,
    String(descriptors),
    String(threads),
    cpuSeconds.toFixed(1),
    failuresText(tally),
  ];
  return cells.map((cell, i) => cell.padStart(TITLES[i]!.length)).join('  ');
}

function report(points: readonly Point[], tally: Tally, code: number | null, print: (line: string) => void): boolean {
  const memory = verdict(points);
  const [before, after] = floors(points).map(megabytes => megabytes.toFixed(1));
  print(`memory, least of the first and second half: ${before}, ${after} MB: ${memory}`);
  print(`slope over the second half: ${slope(points).toFixed(1)} MB per hour, garbage included`);
  print(`failures in ${tally.requests} requests: ${failuresText(tally)}`);
  if (code !== 0) print(`the gateway ended with ${code} in the place of 0`);
  return tally.failures.size === 0 && memory !== 'grows' && code === 0;
}
