/** What the scenarios work on: one Gateway, one route, one backend of two pods. */

export const NAMESPACE = 'faults';
const GATEWAY_API = 'gateway.networking.k8s.io/v1';

export const GATEWAYS = `/apis/${GATEWAY_API}/namespaces/${NAMESPACE}/gateways`;
export const ROUTES = `/apis/${GATEWAY_API}/namespaces/${NAMESPACE}/httproutes`;
export const CLASSES = `/apis/${GATEWAY_API}/gatewayclasses`;

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly observedGeneration?: number;
  readonly message?: string;
}

/** The fields of a Gateway, route or class that scenarios look at. */
export interface Stored {
  readonly metadata: { readonly name: string; readonly generation: number; readonly resourceVersion: string };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly addresses?: readonly { readonly value: string }[];
    readonly parents?: readonly { readonly controllerName: string; readonly conditions?: readonly Condition[] }[];
  };
}

export function gatewayClass(name: string, controllerName: string): object {
  return { apiVersion: GATEWAY_API, kind: 'GatewayClass', metadata: { name }, spec: { controllerName } };
}

export function gateway(name: string, className: string): object {
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }];
  const spec = { gatewayClassName: className, listeners };
  return { apiVersion: GATEWAY_API, kind: 'Gateway', metadata: { name, namespace: NAMESPACE }, spec };
}

/** Answers `path` and what is below it, with a response header that tells one version from another. */
export function route(name: string, path: string, version: string, parents: readonly string[] = ['front']): object {
  const filter = {
    type: 'ResponseHeaderModifier',
    responseHeaderModifier: { set: [{ name: 'x-version', value: version }] },
  };
  const rule = {
    matches: [{ path: { type: 'PathPrefix', value: path } }],
    filters: [filter],
    backendRefs: [{ name: 'echo', port: 80 }],
  };
  const spec = { parentRefs: parents.map(parent => ({ name: parent })), rules: [rule] };
  return { apiVersion: GATEWAY_API, kind: 'HTTPRoute', metadata: { name, namespace: NAMESPACE }, spec };
}

/** The suite's own echo server. */
export function backend(): readonly object[] {
  const labels = { app: 'echo' };
  const container = {
    name: 'echo',
    image: 'gateway-api/echo-basic:faults',
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'NAMESPACE', value: NAMESPACE },
    ],
    readinessProbe: { tcpSocket: { port: 3000 } },
  };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const metadata = { name: 'echo', namespace: NAMESPACE };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas: 2, selector: { matchLabels: labels }, template },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ port: 80, targetPort: 3000 }] },
    },
  ];
}
