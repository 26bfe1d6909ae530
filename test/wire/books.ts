import type { Core } from '../../src/proxy/core.ts';
import { eventually } from './backend.ts';
import { backendName, endpoints } from './config.ts';
import type { Rig } from './rig.ts';

export type Leaving = 'end' | 'reset';

/** Lets packets on loopback arrive: each turn of the event loop begins with a look at the system. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
}

/** Runs `work` for each count from 0 to `length`, or each `step`th, sixteen at a time. */
export async function forEachByte(length: number, work: (count: number) => Promise<void>, step = 1): Promise<void> {
  const counts = Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => i * step);
  for (let from = 0; from < counts.length; from += 16) await Promise.all(counts.slice(from, from + 16).map(work));
}

/** Requests under way, over all endpoints of a backend. */
export function inFlight({ clusters }: Core, backend: string): number {
  let sum = 0;
  for (const endpoint of clusters.get(backendName(backend))!.endpoints.all()) sum += endpoint.inFlight;
  return sum;
}

/**
 * Once all clients have gone: no connection, request, tunnel or timer is left of them. It takes the endpoints of the
 * backends away, so that kept connections close: one that remains is lost in somebody's hands.
 */
export async function assertNothingLeft(rig: Rig, backends: readonly string[] = ['api']): Promise<void> {
  const { core } = rig;
  await eventually(() => core.lane.ownClients === 0, 'all connections of clients are gone');
  for (const name of backends) await eventually(() => inFlight(core, name) === 0, `nothing is under way to ${name}`);
  await eventually(() => core.tunnels.open === 0, 'no tunnel is open');
  await rig.apply(backends.map(name => endpoints(name)));
  await eventually(() => core.upstreamConnections === 0, 'no connection to a backend is left');
  await eventually(() => core.mirrors.behind === 0, 'no mirror is behind');
  await eventually(() => core.timers.armed === 0, 'no timer is set');
}
