import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { type Agent, type AgentEvent, type AgentOptions, createAgent } from '../../src/agent/index.ts';
import { selfSignedPair } from '../../src/certificates/index.ts';
import type { Delta, Route, Unit } from '../../src/ir/index.ts';
import { DEFAULT_PROXY_OPTIONS } from '../../src/proxy/index.ts';
import { createHub, createSubscription, type Hub, type Outcome } from '../../src/stream/index.ts';
import { until } from '../until.ts';
import { bind, listener, route } from '../wire/config.ts';

export const SCOPE = 'ns/proxies';
export const SERVER_NAME = 'controller.test';
export const TOKEN = 'the token of the tests';

const pair = selfSignedPair([SERVER_NAME]);
/** What proxies judge the controller by. */
export const AUTHORITIES = pair.certificate;

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-agent-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Controller {
  readonly hub: Hub;
  readonly port: number;
  /** Tokens that were shown, in their order. */
  readonly shown: readonly string[];
  publish(upserts: readonly Unit[], removals?: Delta['removals']): void;
  /** What the one proxy says that it can't do; undefined until it has acknowledged. */
  outcome(): Outcome | undefined;
  /** From now on `hub.taken` waits for the proxy. */
  synced(): Promise<void>;
}

/** One that lets everybody into the one scope. `port`: that of an earlier one. */
export async function startController(t: TestContext, port = 0): Promise<Controller> {
  const shown: string[] = [];
  const hub = createHub({
    host: '127.0.0.1',
    port,
    credentials: () => ({ key: pair.key, cert: pair.certificate }),
    async admit(token) {
      shown.push(token);
      return { kind: 'admitted', scope: SCOPE };
    },
    onChange: () => {},
  });
  t.after(() => hub.close());
  const started = await hub.start();
  const outcome = () => hub.proxies(SCOPE).find(({ synced }) => synced)?.outcome;
  return {
    hub,
    shown,
    port: started.port,
    publish: (upserts, removals = []) => hub.publish(SCOPE, { upserts, removals }),
    outcome,
    synced: () => until('it acknowledges', () => outcome() !== undefined),
  };
}

export interface RunningAgent {
  readonly agent: Agent;
  readonly events: readonly AgentEvent[];
  readonly started: Promise<void>;
  /** `connected`, `problem PortUnavailable`, …: what was told so far. */
  told(): readonly string[];
  /** Of the health endpoint. */
  ready(): Promise<number>;
  metric(name: string): Promise<number>;
  /** What the one socket answers, or why it doesn't. */
  ask(path?: string): Promise<string>;
  /** Of the one socket. */
  port(): Promise<number>;
}

export function startAgent(t: TestContext, controllerPort: number, options: Partial<AgentOptions> = {}): RunningAgent {
  const events: AgentEvent[] = [];
  const anywhere = { host: '127.0.0.1', port: 0 };
  const agent = createAgent({
    subscribe: asked => createSubscription({ ...asked, pauses: { first: 5, most: 50 } }),
    controller: `127.0.0.1:${controllerPort}`,
    serverName: SERVER_NAME,
    token: async () => TOKEN,
    authorities: async () => AUTHORITIES,
    facts: { name: 'ns/pod-1', version: '0.0.1', hostAddresses: [], podAddresses: [] },
    proxy: DEFAULT_PROXY_OPTIONS,
    workers: 1,
    shutdownDelay: 0,
    drainTimeout: 1_000,
    health: anywhere,
    admin: anywhere,
    saveAfter: 1,
    rebindAfter: 10,
    onEvent: event => void events.push(event),
    ...options,
  });
  t.after(() => agent.close());
  const started = agent.start();
  started.catch(() => {});

  /** The `ready` event has the addresses. */
  async function at(which: 'health' | 'admin', page: string): Promise<Response> {
    await started;
    const ready = events.find(event => event.event === 'ready');
    return fetch(`${ready?.[which]}${page}`);
  }

  async function port(): Promise<number> {
    const answer = await at('admin', '/config');
    const { units } = (await answer.json()) as { readonly units: readonly Unit[] };
    return units.find(unit => unit.kind === 'Bind')?.port ?? 0;
  }

  return {
    agent,
    events,
    started,
    told: () => events.map(event => ('problem' in event ? `${event.event} ${event.problem.code}` : event.event)),
    ready: async () => (await at('health', '/readyz')).status,
    async metric(name) {
      const text = await (await at('health', '/metrics')).text();
      return Number(text.match(new RegExp(`^${name} (.*)$`, 'm'))?.[1]);
    },
    async ask(path = '/') {
      const url = `http://127.0.0.1:${await port()}${path}`;
      return fetch(url, { headers: { connection: 'close' } }).then(
        answer => answer.text(),
        () => 'no connection',
      );
    },
    port,
  };
}

/** Every request is answered with this text. */
export function answering(body: string): Route {
  return route([{ action: { kind: 'direct', direct: { kind: 'direct', status: 200, headers: [], body } } }]);
}

/** A socket, a listener, and one answer to everything. */
export function configuration(body: string): readonly Unit[] {
  return [answering(body), listener(), bind()];
}
