import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Child, startChild, untilPrinted } from '../children.ts';
import type { Job, Peer } from '../job.ts';
import { PROXY_CORE } from '../load.ts';
import { BACKEND_SERVICE, filters, GATEWAY_PORT, gatewayManifest, routeManifest } from '../manifests.ts';
import { isExecutable } from '../programs.ts';

export const SLUICE = path.join(import.meta.dirname, '..', '..', 'bin', 'sluice');

/** `sluice run` as a user types it; resolves once it has printed `ready`. */
export async function runSluice(
  core: number | undefined,
  folder: string,
  job: Pick<Job, 'listenPort' | 'backendPort'>,
  more: readonly string[] = [],
): Promise<Child> {
  const map = ['--map', `${GATEWAY_PORT}=${job.listenPort}`];
  const backend = ['--backend', `${BACKEND_SERVICE}=127.0.0.1:${job.backendPort}`];
  const child = startChild(core, SLUICE, ['run', folder, ...map, ...backend, ...more]);
  await untilPrinted(child, 'ready');
  return child;
}

export const sluice: Peer = named('Sluice', () => []);
/** Itself, with an access log: what that costs. */
export const sluiceLogging: Peer = {
  ...named('Sluice with log', job => ['--access-log', 'json', '--access-log-file', path.join(job.dir, 'access.log')]),
  askedBy: 'accessLog',
};
/** Itself, with two workers on the one core: what sharing costs. */
export const sluiceShared: Peer = { ...named('Sluice, 2 workers', () => ['--workers', '2']), askedBy: 'workers' };

function named(name: string, flags: (job: Job) => readonly string[]): Peer {
  return { name, find: () => (isExecutable(SLUICE) ? SLUICE : undefined), start: (_, job) => start(job, flags(job)) };
}

function start(job: Job, more: readonly string[]): Promise<Child> {
  const folder = path.join(job.dir, 'manifests');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'gateway.yaml'), gatewayManifest());
  const routes = Array.from({ length: job.routes }, (_, index) => routeManifest(index, filters()));
  writeFileSync(path.join(folder, 'routes.yaml'), routes.join('---\n'));
  return runSluice(PROXY_CORE, folder, job, more);
}
