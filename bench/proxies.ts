import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Peer, Running } from './job.ts';
import { envoy } from './peers/envoy.ts';
import { haproxy } from './peers/haproxy.ts';
import { nginx } from './peers/nginx.ts';
import { sluice } from './peers/sluice.ts';
import { freePort } from './ports.ts';

export const PROXIES: readonly Peer[] = [sluice, nginx, haproxy, envoy];

export interface Instance extends Running {
  readonly name: string;
  readonly port: number;
}

/** Everything that the proxies of one run share. */
export interface Setting {
  readonly dir: string;
  readonly backendPort: number;
  readonly forwarded: boolean;
}

/** A started proxy, or why there is none. */
export async function startProxy(peer: Peer, routes: number, setting: Setting): Promise<Instance | string> {
  const program = peer.find();
  if (program === undefined) return `${peer.name}: not installed`;
  const dir = path.join(setting.dir, `${peer.name}-${routes}`);
  mkdirSync(dir);
  const port = await freePort();
  try {
    const { backendPort, forwarded } = setting;
    const running = await peer.start(program, { routes, listenPort: port, backendPort, dir, forwarded });
    return { ...running, name: peer.name, port };
  } catch (error) {
    return `${peer.name} with ${routes} routes: ${(error as Error).message}`;
  }
}
