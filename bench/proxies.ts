import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { HOST, type Peer, RESPONSE_HEADER, type Running, routePath } from './job.ts';
import { envoy } from './peers/envoy.ts';
import { haproxy } from './peers/haproxy.ts';
import { nginx } from './peers/nginx.ts';
import { sluice, sluiceLogging, sluiceShared } from './peers/sluice.ts';
import { freePort } from './ports.ts';

export const PROXIES: readonly Peer[] = [sluice, sluiceLogging, sluiceShared, nginx, haproxy, envoy];

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
  mkdirSync(dir, { recursive: true });
  const port = await freePort();
  try {
    const { backendPort, forwarded } = setting;
    const running = await peer.start(program, { routes, listenPort: port, backendPort, dir, forwarded });
    await assertDoesJob(port);
    return { ...running, name: peer.name, port };
  } catch (error) {
    return `${peer.name} with ${routes} routes: ${(error as Error).message}`;
  }
}

/** Asks once and looks at what the filters did (the backend refuses a request without its header). */
async function assertDoesJob(port: number): Promise<void> {
  const answer = get({ host: '127.0.0.1', port, path: routePath(0), headers: { Host: HOST }, agent: false });
  const [{ statusCode, headers }] = (await once(answer, 'response')) as [IncomingMessage];
  answer.destroy();
  if (statusCode !== 200) throw new Error(`it answers ${statusCode}`);
  const { name, value } = RESPONSE_HEADER;
  if (headers[name.toLowerCase()] !== value) throw new Error(`its answers lack ${name}: ${value}`);
}
