import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What the folder says now: which pods of `steady` are listed, and a number that shows in headers and in routes. */
export interface Scene {
  readonly steady: readonly number[];
  readonly flaky: readonly number[];
  readonly generation: number;
}

const FIXED = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: sluice }
spec: { controllerName: sluice.dev/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: sluice
  listeners: [{ name: http, protocol: HTTP, port: 80 }]
---
${service('steady')}---
${service('flaky')}`;

function service(name: string): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { ports: [{ name: http, port: 80 }] }
`;
}

function slices(owner: string, ports: readonly number[]): string {
  const slice = (port: number) => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${owner}-${port}, labels: { kubernetes.io/service-name: ${owner} } }
addressType: IPv4
ports: [{ name: http, port: ${port} }]
endpoints: [{ addresses: [127.0.0.1], conditions: { ready: true } }]
`;
  return ports.map(slice).join('---\n');
}

function rule(prefix: string, backend: string, generation: number): string {
  return `    - matches: [{ path: { type: PathPrefix, value: ${prefix} } }]
      filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { set: [{ name: x-generation, value: "${generation}" }] } }]
      backendRefs: [{ name: ${backend}, port: 80, weight: ${1 + (generation % 3)} }]
`;
}

function route(name: string, rules: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name} }
spec:
  parentRefs: [{ name: gw }]
  rules:
${rules}`;
}

/** Routes that come and go, to which nobody sends anything. */
function passing(generation: number): string {
  const count = generation % 7;
  return Array.from({ length: count }, (_, nth) =>
    route(`passing-${nth}`, rule(`/passing/${generation}/${nth}`, 'steady', generation)),
  ).join('---\n');
}

/** Makes the folder say it; each file is replaced at once, as editors and deployments do. */
export function writeScene(folder: string, { steady, flaky, generation }: Scene): void {
  const files = {
    'fixed.yaml': FIXED,
    'routes.yaml': route('web', rule('/steady', 'steady', generation) + rule('/flaky', 'flaky', generation)),
    'passing.yaml': `# ${generation}\n${passing(generation)}`,
    'steady.yaml': slices('steady', steady),
    'flaky.yaml': slices('flaky', flaky),
  };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }
}
