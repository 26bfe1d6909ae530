/** A Kubernetes object as an API server takes and gives it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Which object is meant. */
export interface Reference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export const GATEWAY_API = 'gateway.networking.k8s.io/v1';

export function namespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

export interface GatewayOptions {
  readonly name: string;
  readonly namespace: string;
  readonly className: string;
  /** Name of a SluiceProxy in its namespace. */
  readonly parameters?: string;
  readonly allowSets?: boolean;
}

/** One listener of HTTP on port 80, for routes and sets of all namespaces. */
export function gateway({ name, namespace, className, parameters, allowSets }: GatewayOptions): KubeObject {
  const allowedRoutes = { namespaces: { from: 'All' } };
  const parametersRef = { group: 'sluice.dev', kind: 'SluiceProxy', name: parameters };
  const spec = {
    gatewayClassName: className,
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes }],
    ...(parameters !== undefined && { infrastructure: { parametersRef } }),
    ...(allowSets && { allowedListeners: { namespaces: { from: 'All' } } }),
  };
  return { apiVersion: GATEWAY_API, kind: 'Gateway', metadata: { name, namespace }, spec };
}

export interface RouteOptions {
  readonly name: string;
  readonly namespace: string;
  /** Kind, namespace and name of the parent; of a Gateway unless it says otherwise. */
  readonly parent: { readonly kind?: string; readonly namespace: string; readonly name: string };
  readonly host: string;
  /** Service and port. */
  readonly backend: readonly [service: string, port: number];
  /** Told in the header `x-version` of answers. */
  readonly version?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly moreRules?: readonly object[];
}

export function route(options: RouteOptions): KubeObject {
  const { name, namespace, parent, host, backend, version, labels, moreRules = [] } = options;
  const set = [{ name: 'x-version', value: version ?? '' }];
  const filters = [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { set } }];
  const rule = {
    matches: [{ path: { type: 'PathPrefix', value: '/' } }],
    ...(version !== undefined && { filters }),
    backendRefs: [{ name: backend[0], port: backend[1] }],
  };
  const group = GATEWAY_API.split('/')[0];
  const spec = {
    parentRefs: [{ group, kind: 'Gateway', ...parent }],
    hostnames: [host],
    rules: [rule, ...moreRules],
  };
  return { apiVersion: GATEWAY_API, kind: 'HTTPRoute', metadata: { name, namespace, ...(labels && { labels }) }, spec };
}

/** A Service; without a selector its EndpointSlices are somebody else's. */
export function service(
  namespace: string,
  name: string,
  ports: readonly { readonly name: string; readonly port: number; readonly targetPort: number }[],
  selector?: Readonly<Record<string, string>>,
): KubeObject {
  const spec = { ports, ...(selector && { selector }) };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels: { bench: 'yes' } }, spec };
}
