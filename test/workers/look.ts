import assert from 'node:assert/strict';
import { connectTo, type Peer } from '../wire/peer.ts';
import { ask } from './clients.ts';
import type { Deployment } from './deployment.ts';

/** A number of a worker's own metrics. */
export async function ownCount({ workers }: Deployment, at: number, name: string): Promise<number> {
  const { readings } = await workers[at]!.report();
  return readings.find(reading => reading.name === name)!.samples.get('')!;
}

/** Connections by worker, at least so many each: the system deals them out as it likes. */
export async function connectToEach(deployment: Deployment, least: number): Promise<readonly Peer[][]> {
  const { workers, port } = deployment;
  const of: Peer[][] = workers.map(() => []);
  while (of.some(peers => peers.length < least)) {
    const before = await Promise.all(workers.map((_, at) => clientsOf(deployment, at)));
    const peer = await connectTo(port);
    assert.equal((await ask(peer))?.status, 200);
    const after = await Promise.all(workers.map((_, at) => clientsOf(deployment, at)));
    of[after.findIndex((count, at) => count > before[at]!)]!.push(peer);
  }
  return of;
}

/** Open connections of a worker: its report may be old, its lane never is. */
export function clientsOf({ workers }: Deployment, at: number): number {
  const { memory, lane } = workers[at]!;
  return new Int32Array(memory.totals)[(lane + 1) * 16]!;
}
