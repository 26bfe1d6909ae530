import assert from 'node:assert/strict';
import type { Delta, Unit, UnitName } from '../../src/ir/index.ts';
import type { Core } from '../../src/proxy/core.ts';
import { createCore } from '../../src/proxy/create-proxy.ts';
import { createProxy } from '../../src/proxy/in-thread.ts';
import { type DataPlane, DEFAULT_PROXY_OPTIONS, type ProxyOptions } from '../../src/proxy/index.ts';
import { nodeRuntime } from '../../src/proxy/node-socket.ts';
import type { Lane } from '../../src/proxy/shared/lane.ts';
import type { SocketRuntime } from '../../src/proxy/socket.ts';
import { answering, type Backend, type Script, startBackend } from './backend.ts';
import { BIND, backend, bind, forward, listener, route } from './config.ts';
import { connectTo, type Peer } from './peer.ts';

/** A live proxy with one backend behind it and clients in front, all on loopback and in this process. */
export interface Rig {
  readonly proxy: DataPlane;
  /** Its inside: what it counts and keeps. */
  readonly core: Core;
  readonly port: number;
  readonly backend: Backend;
  client(): Promise<Peer>;
  apply(upserts: readonly Unit[], removals?: readonly UnitName[]): Promise<void>;
  stop(): void;
}

export interface Setup {
  readonly options?: Partial<ProxyOptions>;
  /** What the backend `api` does; by default it answers every request with `METHOD target body`. */
  readonly script?: Script;
  /** Sockets other than real ones. */
  readonly runtime?: SocketRuntime;
  /** What it shares with others. */
  readonly lane?: Lane;
  /** Instead of one route that sends everything to `api`. */
  readonly units?: (apiPort: number) => readonly Unit[];
}

/** Starts all of it; `t.after` (of a test or a suite) stops it. */
export async function startRig(t: { after(work: () => void): void }, setup: Setup = {}): Promise<Rig> {
  const api = await startBackend(setup.script ?? answering());
  const options = { ...DEFAULT_PROXY_OPTIONS, ...setup.options };
  const runtime = setup.runtime ?? nodeRuntime;
  const core = createCore(options, runtime, setup.lane);
  const proxy = createProxy(options, runtime, core);
  const clients: Peer[] = [];
  const stop = () => {
    proxy.close();
    api.stop();
    for (const client of clients) client.socket.destroy();
  };
  t.after(stop);
  const units = setup.units?.(api.port) ?? [...backend('api', api.port), route([{ action: forward({ api: 1 }) }])];
  const port = await applied(proxy, { upserts: [...units, listener(), bind()], removals: [] });
  return {
    proxy,
    core,
    port,
    backend: api,
    async client() {
      const client = await connectTo(port);
      clients.push(client);
      return client;
    },
    async apply(upserts, removals = []) {
      await proxy.apply({ upserts, removals });
    },
    stop,
  };
}

async function applied(proxy: DataPlane, delta: Delta): Promise<number> {
  const { bound, failures } = await proxy.apply(delta);
  assert.deepEqual(failures, []);
  return bound[BIND]!.port;
}

/** A request without surprises. */
export function get(target: string, fields = ''): string {
  return `GET ${target} HTTP/1.1\r\nHost: a.example\r\n${fields}\r\n`;
}

export function post(target: string, body: string, fields = ''): string {
  return `POST ${target} HTTP/1.1\r\nHost: a.example\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** Chunks of a body with their end; `trailers` are whole lines. */
export function chunked(parts: readonly string[], trailers = ''): string {
  return `${parts.map(part => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n${trailers}\r\n`;
}

/** A client of its own asks for `target` and gets its own answer: the proxy lives, and no pooled connection is poisoned. */
export async function assertSound(rig: Rig, target = '/sound'): Promise<void> {
  const client = await rig.client();
  client.send(get(target, 'Connection: close\r\n'));
  const answer = await client.answer();
  assert.equal(answer.status, 200, answer.body);
  assert.match(answer.body, new RegExp(`^GET ${target} `));
  client.socket.destroy();
}
