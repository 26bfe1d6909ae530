import type {
  Action,
  Bind,
  Endpoint,
  Endpoints,
  Filter,
  Listener,
  Match,
  Retry,
  Route,
  Unit,
} from '../../src/ir/index.ts';
import { seal } from '../../src/ir/index.ts';

const origin = { kind: 'HTTPRoute', namespace: 'default', name: 'wire' } as const;

export const BIND = 'wire';
export const LISTENER = 'default/wire/http';

export function bind(listeners: readonly string[] = [LISTENER]): Bind {
  return seal({ kind: 'Bind', name: BIND, host: '127.0.0.1', port: 0, listeners });
}

export function listener(hostname = '*', name = LISTENER): Listener {
  const section = name.split('/')[2]!;
  return seal({
    kind: 'Listener',
    name,
    gateway: 'default/wire',
    section,
    port: 80,
    protocol: 'HTTP',
    hostname,
    origin,
  });
}

export interface RuleSpec {
  /** A path prefix, `/` by default. */
  readonly path?: string;
  readonly headers?: Match['headers'];
  readonly filters?: readonly Filter[];
  readonly action: Action;
}

export function route(rules: readonly RuleSpec[], hostnames: readonly string[] = ['*'], name = 'wire'): Route {
  return seal({
    kind: 'Route',
    name: `HTTPRoute/default/${name}@default/wire`,
    route: `default/${name}`,
    created: 0,
    attachments: [{ listener: LISTENER, hostnames }],
    rules: rules.map((rule, index) => ({
      index,
      matches: [
        {
          path: { kind: 'prefix' as const, value: (rule.path ?? '/').replace(/\/$/, '') },
          headers: rule.headers ?? [],
          query: [],
        },
      ],
      filters: rule.filters ?? [],
      action: rule.action,
      origin: { ...origin, name, field: `spec.rules[${index}]` },
    })),
    origin,
  });
}

/** Forwards to backends by the last word of their names, with weights. */
export function forward(shares: Readonly<Record<string, number>>, timeouts = {}, retry?: Retry): Action {
  const backends = Object.entries(shares).map(([name, weight]) => ({
    weight,
    filters: [],
    target: { kind: 'backend' as const, backend: backendName(name) },
  }));
  return { kind: 'forward', backends, timeouts, ...(retry && { retry }) };
}

export function backendName(name: string): string {
  return `Service/default/${name}/80`;
}

/** A backend and its endpoints: ports of 127.0.0.1. */
export function backend(name: string, ...ports: number[]): Unit[] {
  return [seal({ kind: 'Backend', name: backendName(name), protocol: 'http1', origin }), endpoints(name, ...ports)];
}

export function endpoints(name: string, ...ports: number[]): Endpoints {
  const list: Endpoint[] = ports.map(port => ({ address: '127.0.0.1', port, state: 'ready' }));
  return seal({ kind: 'Endpoints', name: backendName(name), endpoints: list });
}
