import { spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AdminClient } from '../api-server.ts';
import { until } from './until.ts';

const ETCD = 'http://127.0.0.1:2379';

/** A process of the control plane; scenarios end it and start it again with the same arguments. */
export interface ServerProcess {
  /** Resolves when it has gone. */
  kill(): Promise<void>;
  /** Resolves when it is ready again. */
  start(): Promise<void>;
}

export function findApiServer(client: AdminClient): ServerProcess {
  return findServer('kube-apiserver', async () => (await client.send('GET', '/readyz')).status === 200);
}

export function findEtcd(): ServerProcess {
  return findServer('etcd', async () => {
    const response = await fetch(`${ETCD}/health`).catch(() => undefined);
    return response?.ok ?? false;
  });
}

function findServer(name: string, ready: () => Promise<boolean>): ServerProcess {
  let pid = pidOf(name);
  const [program, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  let starts = 0;
  return {
    async kill() {
      process.kill(pid, 'SIGKILL');
      const gone = () => commandOf(`${pid}`) === '';
      if (!(await until(gone, 10_000))) throw new Error(`${name} does not die`);
    },
    async start() {
      const log = openSync(path.join(process.env.CONF_OUT!, `${name}-again-${++starts}.log`), 'w');
      const child = spawn(program!, args, { stdio: ['ignore', log, log], detached: true });
      child.unref();
      pid = child.pid!;
      if (!(await until(ready, 60_000))) throw new Error(`${name} does not come back`);
    },
  };
}

/** In this pid namespace there is one of a name. */
function pidOf(program: string): number {
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name) && commandOf(name).endsWith(`/${program}`)) return Number(name);
  }
  throw new Error(`no process ${program}`);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]!;
  } catch {
    return '';
  }
}

async function etcd(call: string, body: object): Promise<{ readonly header?: { readonly revision?: string } }> {
  const response = await fetch(`${ETCD}/v3/kv/${call}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`etcd ${call}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { header?: { revision?: string } };
}

/** Forgets all history: who asks etcd for something older is told that it is gone. Returns the revision that is left. */
export async function compact(): Promise<string> {
  const { header } = await etcd('range', { key: Buffer.from('x').toString('base64') });
  const revision = header?.revision ?? '0';
  await etcd('compaction', { revision, physical: true });
  return revision;
}
