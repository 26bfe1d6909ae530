import type { Endpoint } from '../../ir/index.ts';
import type { ObjectRef, Problem } from '../../resources/index.ts';
import type { Inventory } from '../inventory.ts';
import { type BackendOverride, createOverrideResolver } from './override-resolver.ts';

/** The programs in the place of Service ports: their addresses, and what is wrong with them. */
export interface BackendOverrides {
  /** Resolves when every address is known that can be. */
  start(onEndpoints: (backend: string, endpoints: readonly Endpoint[]) => void, onProblem: () => void): Promise<void>;
  problems(inventory: Inventory): readonly Problem[];
  close(): void;
}

export function createBackendOverrides(overrides: readonly BackendOverride[]): BackendOverrides {
  const unresolved = new Map<string, string>();
  let close = () => {};
  return {
    async start(onEndpoints, onProblem) {
      const resolver = createOverrideResolver(overrides, {
        onEndpoints,
        onUnresolved(host, message) {
          if (message === undefined ? unresolved.delete(host) : !unresolved.has(host)) queueMicrotask(onProblem);
          if (message !== undefined) unresolved.set(host, message);
        },
      });
      close = resolver.close;
      await resolver.start();
    },
    problems: inventory => [
      ...[...unresolved.values()].map(unresolvable),
      ...overrides.flatMap(own => unused(own, inventory)),
    ],
    close: () => close(),
  };
}

function unresolvable(message: string): Problem {
  return {
    severity: 'error',
    code: 'HostNotResolved',
    message: `${message}, as the override of a backend needs; trying again`,
  };
}

function unused({ service, port }: BackendOverride, inventory: Inventory): Problem[] {
  const [namespace = '', name = ''] = service.split('/');
  const object: ObjectRef = { kind: 'Service', namespace, name };
  const found = inventory.get(object);
  if (found?.kind === 'Service' && found.spec.ports.some(own => own.port === port)) return [];
  const lacking = found ? `the Service has no port ${port}` : `there is no Service ${service} in the manifests`;
  const message = `the override of backend ${service}:${port} is not used: ${lacking}`;
  return [{ severity: 'warning', code: 'OverrideNotUsed', message, ...(found ? { object } : {}) }];
}
