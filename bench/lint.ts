import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { lint } from '../src/explain/index.ts';
import { createFolderSource, readModel } from '../src/gateway/index.ts';
import { gatewayManifest, routeManifest } from './manifests.ts';
import { SLUICE } from './peers/sluice.ts';

/** What `sluice check` costs on many routes of one file, as a process, and lint's own share of it: `node bench/lint.ts [ROUTES]`. */
const ROUTES = Number(process.argv[2] ?? 5_000);
const TIMES = 5;

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-lint-'));
const documents = Array.from({ length: ROUTES }, (_, index) => routeManifest(index, ''));
writeFileSync(path.join(folder, 'all.yaml'), [gatewayManifest(), ...documents].join('---\n'));

const whole = await timed(() => promisify(execFile)(SLUICE, ['check', folder], { maxBuffer: 64 * 1024 * 1024 }));
const model = await readModel(createFolderSource({ paths: [folder], watch: false }));
if ('unreadable' in model) throw new Error(model.unreadable);
const own = await timed(async () => lint(model.view));
rmSync(folder, { recursive: true });
console.log(
  `${ROUTES} routes: sluice check ${text(whole)}, of that lint ${text(own)} (load ${loadavg()[0]!.toFixed(1)})`,
);

/** In ms, ascending. */
async function timed(job: () => Promise<unknown>): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const begin = performance.now();
    await job();
    taken.push(performance.now() - begin);
  }
  return taken.sort((a, b) => a - b);
}

function text(taken: readonly number[]): string {
  return `${taken[0]!.toFixed(0)} to ${taken.at(-1)!.toFixed(0)} ms`;
}
