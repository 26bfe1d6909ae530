import { backendName } from '../../ir/index.ts';
import type { BackendOverride } from '../endpoints/override-resolver.ts';

/** A backend that is a function of this program. */
export type BackendHandler = (request: Request) => Response | Promise<Response>;

/**
 * By `namespace/name:port` of a Service: a function, or `host:port` of a program that stands in for it when the gateway
 * serves. In memory, where nothing is connected to, that program is a built-in echo.
 */
export type BackendTable = Readonly<Record<string, BackendHandler | string>>;

export interface ReadBackends {
  /** By name of the backend: `Service/namespace/name/port`. */
  readonly handlers: ReadonlyMap<string, BackendHandler>;
  readonly overrides: readonly BackendOverride[];
}

/** Throws a TypeError for an entry that can't be read. */
export function readBackends(given: BackendTable | readonly BackendOverride[] = []): ReadBackends {
  if (isList(given)) return { handlers: new Map(), overrides: given };
  const handlers = new Map<string, BackendHandler>();
  const overrides: BackendOverride[] = [];
  for (const [key, value] of Object.entries(given)) {
    const { namespace, name, port } = readKey(key);
    if (typeof value === 'function') handlers.set(backendName({ kind: 'Service', namespace, name, port }), value);
    else overrides.push({ service: `${namespace}/${name}`, port, to: readAddress(key, value) });
  }
  return { handlers, overrides };
}

function isList(given: BackendTable | readonly BackendOverride[]): given is readonly BackendOverride[] {
  return Array.isArray(given);
}

function readKey(key: string): { readonly namespace: string; readonly name: string; readonly port: number } {
  const [, namespace, name, port] = /^([^/:\s]+)\/([^/:\s]+):(\d{1,5})$/.exec(key) ?? [];
  if (namespace === undefined || name === undefined || !isPort(Number(port))) {
    throw new TypeError(`backends: '${key}' must be namespace/name:port of a Service, such as 'default/api:8080'`);
  }
  return { namespace, name, port: Number(port) };
}

function readAddress(key: string, value: unknown): { readonly host: string; readonly port: number } {
  const [, host, port] = (typeof value === 'string' && /^\[?([^\s[\]]+?)\]?:(\d{1,5})$/.exec(value)) || [];
  if (host === undefined || !isPort(Number(port))) {
    throw new TypeError(`backends['${key}'] must be a function, or host:port such as 'localhost:3000'`);
  }
  return { host, port: Number(port) };
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}
