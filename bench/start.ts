import path from 'node:path';
import { startChild, untilPrinted } from './children.ts';
import { SLUICE } from './peers/sluice.ts';
import { freePort } from './ports.ts';

const QUICKSTART = path.join(import.meta.dirname, '..', 'examples', 'quickstart');

/** From spawn to the line `ready` of `sluice run examples/quickstart --echo`, in ms; the first start warms the caches and doesn't count. */
export async function startToReady(times: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let i = 0; i <= times; i++) taken.push(await startOnce());
  return taken.slice(1);
}

async function startOnce(): Promise<number> {
  const port = await freePort();
  const begin = performance.now();
  const child = startChild(undefined, SLUICE, ['run', QUICKSTART, '--echo', '--map', `8080=${port}`]);
  await untilPrinted(child, 'ready');
  const taken = performance.now() - begin;
  await child.stop();
  return taken;
}
