import {
  type Backend,
  type Bind,
  type Endpoints,
  type Listener,
  type Route,
  type Secret,
  seal,
  type TransportRoute,
} from '../../src/ir/index.ts';

/** Units with nothing in them but what refers to others: enough for whoever sends them. */

const origin = { kind: 'Gateway', namespace: 'default', name: 'stream' } as const;

export function secret(name: string, pem: string): Secret {
  return seal({ kind: 'Secret', name: secretName(name), content: { kind: 'authorities', pem }, origin });
}

export function secretName(name: string): string {
  return `Secret/default/${name}`;
}

/** `secrets`: names of those with its authorities. */
export function backend(name: string, secrets: readonly string[] = []): Backend {
  const tls = { serverName: 'backend.example', names: [], authorities: secrets.map(secretName) };
  const rest = { protocol: 'http1', ...(secrets.length > 0 && { tls }), origin } as const;
  return seal({ kind: 'Backend', name: backendNamed(name), ...rest });
}

export function endpoints(name: string, port: number): Endpoints {
  const ready = { address: '10.0.0.1', port, state: 'ready' } as const;
  return seal({ kind: 'Endpoints', name: backendNamed(name), endpoints: [ready] });
}

export function backendNamed(name: string): string {
  return `Service/default/${name.replace(/;|$/, '/80$&')}`;
}

export function listener(gateway: string, section: string, secrets: readonly string[] = []): Listener {
  const secured = secrets.length > 0;
  const tls = { mode: 'terminate', certificates: secrets.map(secretName) } as const;
  const rest = { gateway, section, port: 443, hostname: '*', ...(secured && { tls }), origin } as const;
  return seal({ kind: 'Listener', name: `${gateway}/${section}`, protocol: secured ? 'HTTPS' : 'HTTP', ...rest });
}

/** To these backends in equal shares; nothing is answered where there are none. */
export function route(gateway: string, name: string, to: readonly string[], mirrors: readonly string[] = []): Route {
  const filters = mirrors.map(each => ({ kind: 'mirror', backend: backendNamed(each), share: 1 }) as const);
  const backends = to.map(
    each => ({ weight: 1, filters: [], target: { kind: 'backend', backend: backendNamed(each) } }) as const,
  );
  const failure = { kind: 'failure', status: 500, reason: 'NoBackends' } as const;
  const action = to.length === 0 ? failure : ({ kind: 'forward', backends, timeouts: {} } as const);
  const matches = [{ path: { kind: 'prefix', value: `/${name}` }, headers: [], query: [] }] as const;
  return seal({
    kind: 'Route',
    name: `HTTPRoute/default/${name}@${gateway}`,
    route: `default/${name}`,
    created: 0,
    attachments: [{ listener: `${gateway}/http`, hostnames: ['*'] }],
    rules: [{ index: 0, matches, filters, action, origin }],
    origin,
  });
}

export function transportRoute(gateway: string, name: string, to: readonly string[]): TransportRoute {
  return seal({
    kind: 'TransportRoute',
    name: `TCPRoute/default/${name}@${gateway}`,
    route: `default/${name}`,
    created: 0,
    attachments: [{ listener: `${gateway}/tcp`, hostnames: ['*'] }],
    backends: to.map(each => ({ weight: 1, target: { kind: 'backend', backend: backendNamed(each) } }) as const),
    origin,
  });
}

export function bind(port: number, listeners: readonly string[]): Bind {
  return seal({ kind: 'Bind', name: `0.0.0.0:${port}`, host: '0.0.0.0', port, listeners });
}
