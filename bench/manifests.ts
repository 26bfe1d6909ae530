import { HOST, REQUEST_HEADER, RESPONSE_HEADER, routePath } from './job.ts';

/** The port that the Gateway of {@link gatewayManifest} names. */
export const GATEWAY_PORT = 8080;
/** `--backend` of the Service that all routes name. */
export const BACKEND_SERVICE = 'default/api:8080';

export function gatewayManifest(): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: sluice
spec:
  controllerName: sluice.dev/gateway
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: bench
  namespace: default
spec:
  gatewayClassName: sluice
  listeners:
  - name: http
    port: ${GATEWAY_PORT}
    protocol: HTTP
---
apiVersion: v1
kind: Service
metadata:
  name: api
  namespace: default
spec:
  ports:
  - name: http
    port: 8080
`;
}

function filter(kind: 'Request' | 'Response', { name, value }: { name: string; value: string }): string {
  return `    - type: ${kind}HeaderModifier
      ${kind.toLowerCase()}HeaderModifier:
        set:
        - name: ${name}
          value: ${value}
`;
}

/** The filters of the comparison; `response` is the value of the response header. */
export function filters(response: string = RESPONSE_HEADER.value): string {
  return filter('Request', REQUEST_HEADER) + filter('Response', { name: RESPONSE_HEADER.name, value: response });
}

/** One HTTPRoute; `ruleFilters` is YAML as {@link filters} makes it, '' for none. */
export function routeManifest(index: number, ruleFilters: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: route${routePath(index).replace('/', '-')}
  namespace: default
  labels:
    app.kubernetes.io/name: ${routePath(index).slice(1)}
spec:
  parentRefs:
  - name: bench
  hostnames:
  - ${HOST}
  rules:
  - matches:
    - path:
        type: PathPrefix
        value: ${routePath(index)}
${ruleFilters === '' ? '' : `    filters:\n${ruleFilters}`}    backendRefs:
    - name: api
      port: 8080
`;
}
