import assert from 'node:assert/strict';
import { createGateway, createMemorySource, type GatewayEvent, type GatewayOptions } from '../../src/gateway/index.ts';

/** A whole gateway over objects in memory, its data plane in threads of its own. */
export interface World {
  readonly port: number;
  /** Resolves when the object is live: at its `change` event. */
  set(object: KubernetesObject): Promise<void>;
  /** The same for an object that goes. */
  remove(object: KubernetesObject): Promise<void>;
  metrics(): Promise<string>;
}

export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export async function startWorld(
  t: { after(work: () => Promise<void>): void },
  objects: readonly KubernetesObject[],
  options: Partial<GatewayOptions> = {},
): Promise<World> {
  const source = createMemorySource();
  const waiting = new Map<string, () => void>();
  for (const object of [...GATEWAY, ...objects]) source.set(object);
  const gateway = createGateway({
    source,
    map: new Map([[80, 0]]),
    onEvent(event: GatewayEvent) {
      if (event.event === 'change') waiting.get(event.object)?.();
    },
    ...options,
  });
  t.after(() => gateway.close());
  await gateway.start();

  function live({ kind, metadata }: KubernetesObject, change: () => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.set(`${kind}/default/${metadata.name}`, resolve);
    change();
    return promise;
  }

  const [listener] = gateway.listeners();
  assert.ok(listener);
  return {
    port: Number(new URL(listener.url).port),
    set: object => live(object, () => source.set(object)),
    remove: object => live(object, () => source.delete(object)),
    metrics: () => gateway.metrics(),
  };
}

const NETWORKING = 'gateway.networking.k8s.io/v1';

const GATEWAY: readonly KubernetesObject[] = [
  {
    apiVersion: NETWORKING,
    kind: 'GatewayClass',
    metadata: { name: 'sluice' },
    spec: { controllerName: 'sluice.dev/gateway-controller' },
  },
  {
    apiVersion: NETWORKING,
    kind: 'Gateway',
    metadata: { name: 'gw' },
    spec: { gatewayClassName: 'sluice', listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }] },
  },
];

export function service(name: string): KubernetesObject {
  const spec = { ports: [{ name: 'http', port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}

/** Sends everything to a Service, which hears of it in `x-generation`. */
export function route(backend: string, generation = 0): KubernetesObject {
  const header = { name: 'x-generation', value: String(generation) };
  return {
    apiVersion: NETWORKING,
    kind: 'HTTPRoute',
    metadata: { name: 'web' },
    spec: {
      parentRefs: [{ name: 'gw' }],
      rules: [
        {
          filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [header] } }],
          backendRefs: [{ name: backend, port: 80 }],
        },
      ],
    },
  };
}

export interface Listed {
  readonly port: number;
  readonly terminating: boolean;
}

/** Pods of this machine as endpoints, in a slice each: only there may they have ports of their own. */
export function slice(owner: string, name: string, { port, terminating }: Listed): KubernetesObject {
  const conditions = terminating ? { ready: false, serving: true, terminating } : { ready: true };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { 'kubernetes.io/service-name': owner } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port }],
    endpoints: [{ addresses: ['127.0.0.1'], conditions }],
  };
}
