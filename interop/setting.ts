import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChild, untilPrinted } from '../bench/children.ts';
import { SLUICE } from '../bench/peers/sluice.ts';
import { freePort } from '../bench/ports.ts';
import { authorityIn, type PairFiles } from './certificates.ts';
import { backendPolicy, type Door, manifests, PORTS } from './manifests.ts';
import { NAMES } from './names.ts';
import { startSecureBackend, startWebBackend } from './web-backend.ts';

/** A running gateway and what stands around it. */
export interface Setting {
  /** An empty folder for reports and files. */
  readonly dir: string;
  /** Also what takes long. */
  readonly all: boolean;
  readonly ports: Readonly<Record<Door, number>>;
  /** Where the backends that the parts start themselves must listen. */
  readonly backends: { readonly web: number; readonly secure: number; readonly grpc: number; readonly sockets: number };
  readonly authority: string;
  readonly web: PairFiles;
  /** A client's pair. */
  readonly client: PairFiles;
  /** From now on the gateway speaks TLS to the gRPC backend, or no longer. */
  encryptGrpc(on: boolean): Promise<void>;
}

/** Time for a change of the manifests to be live; ms. */
const SETTLING = 1_500;

/** `sluice run` with listeners of every protocol; its children end with `stopAll`. */
export async function startSetting(dir: string, all: boolean): Promise<Setting> {
  const folder = path.join(dir, 'manifests');
  mkdirSync(folder);
  const authority = authorityIn(dir, 'authority');
  const web = authority.issue([NAMES.web, 'localhost']);
  const webRsa = authority.issue([NAMES.web, 'localhost'], 'rsa');
  const other = authority.issue([NAMES.other]);
  const client = authority.issue(['client']);
  writeFileSync(path.join(folder, 'all.yaml'), manifests({ web, webRsa, other, authority: authority.certificate }));
  const ports = await portsFor(Object.keys(PORTS) as Door[]);
  const backends = {
    web: await startWebBackend(),
    secure: await startSecureBackend(web),
    grpc: await freePort(),
    sockets: await freePort(),
  };
  const maps = (Object.keys(PORTS) as Door[]).flatMap(door => ['--map', `${PORTS[door]}=${ports[door]}`]);
  const services = { web: 80, sockets: 80, grpc: 80, secure: 443 } as const;
  const overrides = Object.entries(services).flatMap(([name, port]) => [
    '--backend',
    `default/${name}:${port}=127.0.0.1:${backends[name as keyof typeof services]}`,
  ]);
  const gateway = startChild(undefined, SLUICE, ['run', folder, ...maps, ...overrides]);
  await untilPrinted(gateway, 'ready');
  const encryptGrpc = async (on: boolean) => {
    writeFileSync(path.join(folder, 'policy.yaml'), on ? backendPolicy() : '');
    await new Promise(resolve => setTimeout(resolve, SETTLING));
  };
  return { dir, all, ports, backends, authority: authority.certificate, web, client, encryptGrpc };
}

async function portsFor(doors: readonly Door[]): Promise<Record<Door, number>> {
  const entries: (readonly [Door, number])[] = [];
  for (const door of doors) entries.push([door, await freePort()]);
  return Object.fromEntries(entries) as Record<Door, number>;
}
