import { type Column, column, joined, wide } from './column.ts';
import { conditionColumn } from './condition-column.ts';
import { textAt, textsAt, valuesAt } from './values-at.ts';

const accepted = conditionColumn('ACCEPTED', 'Accepted');
const resolved = conditionColumn('RESOLVED', 'ResolvedRefs');
const programmed = conditionColumn('PROGRAMMED', 'Programmed');
const hostnames = column('HOSTNAMES', item => joined(textsAt(item, 'spec.hostnames[]')) ?? '*');
const parents = wide(
  column('PARENTS', item => joined([...valuesAt(item, 'spec.parentRefs[]').map(placeOf), ...byDefault(item)])),
);
const rules = wide(column('RULES', item => `${valuesAt(item, 'spec.rules[]').length}`));
const backends = wide(column('BACKENDS', item => joined(valuesAt(item, 'spec.rules[].backendRefs[]').map(backendOf))));
const listeners = wide(column('LISTENERS', item => joined(valuesAt(item, 'spec.listeners[]').map(listenerOf))));
const routes = column('ROUTES', item => `${sum(valuesAt(item, 'status.listeners[].attachedRoutes'))}`);
const targets = column('TARGETS', item => joined(valuesAt(item, 'spec.targetRefs[]').map(targetOf)));

const l4Route: readonly Column[] = [accepted, resolved, parents, rules, backends];
const l7Route: readonly Column[] = [hostnames, ...l4Route];
const policy: readonly Column[] = [targets, accepted];

/** What there is to say of a kind, between the name and the problems; as `kubectl get` where that shows it. */
const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  GatewayClass: [at('CONTROLLER', 'spec.controllerName'), accepted, wide(at('DESCRIPTION', 'spec.description'))],
  Gateway: [
    at('CLASS', 'spec.gatewayClassName'),
    at('ADDRESS', 'status.addresses[].value'),
    programmed,
    routes,
    listeners,
  ],
  ListenerSet: [at('PARENT', 'spec.parentRef.name'), accepted, programmed, listeners],
  HTTPRoute: l7Route,
  GRPCRoute: l7Route,
  TLSRoute: l7Route,
  TCPRoute: l4Route,
  UDPRoute: l4Route,
  BackendTLSPolicy: policy,
  XBackendTrafficPolicy: policy,
  ReferenceGrant: [
    column('FROM', item => joined(valuesAt(item, 'spec.from[]').map(from => pathOf(from, 'kind', 'namespace')))),
    column('TO', item => joined(valuesAt(item, 'spec.to[]').map(targetOf))),
  ],
  Service: [
    at('TYPE', 'spec.type'),
    at('CLUSTER-IP', 'spec.clusterIP'),
    column('PORT(S)', item => joined(valuesAt(item, 'spec.ports[]').map(port => pathOf(port, 'port', 'protocol')))),
    wide(
      column('SELECTOR', item =>
        joined(Object.entries(Object(valuesAt(item, 'spec.selector')[0])).map(pair => pair.join('='))),
      ),
    ),
  ],
  EndpointSlice: [
    at('ADDRESSTYPE', 'addressType'),
    at('PORTS', 'ports[].port'),
    at('ENDPOINTS', 'endpoints[].addresses[]'),
  ],
  Endpoints: [at('ENDPOINTS', 'subsets[].addresses[].ip'), at('PORTS', 'subsets[].ports[].port')],
  Secret: [at('TYPE', 'type'), column('DATA', item => `${keysAt(item, 'data') + keysAt(item, 'stringData')}`)],
  ConfigMap: [column('DATA', item => `${keysAt(item, 'data')}`)],
};

export function columnsOf(kind: string): readonly Column[] {
  return COLUMNS[kind] ?? [];
}

function at(heading: string, path: string): Column {
  return column(heading, item => joined(textsAt(item, path)));
}

function keysAt(item: object, path: string): number {
  return Object.keys(Object(valuesAt(item, path)[0])).length;
}

function sum(values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + (typeof value === 'number' ? value : 0), 0);
}

/** GEP-3793: the default Gateways, which the route does not name. */
function byDefault(item: object): readonly string[] {
  return textAt(item, 'spec.useDefaultGateways') === 'All' ? ['default Gateways'] : [];
}

/** `namespace/name/section`, and `:port`; what is there of it. */
function placeOf(ref: unknown): string {
  return pathOf(ref, 'namespace', 'name', 'sectionName') + portOf(ref);
}

/** A Service is not named as one. */
function backendOf(ref: unknown): string {
  const kind = textAt(ref, 'kind') === 'Service' ? [] : ['kind'];
  return pathOf(ref, ...kind, 'namespace', 'name') + portOf(ref);
}

function targetOf(ref: unknown): string {
  return pathOf(ref, 'kind', 'name', 'sectionName');
}

/** `name:port/protocol`, and the host. */
function listenerOf(listener: unknown): string {
  const hostname = textAt(listener, 'hostname');
  const head = `${textAt(listener, 'name') ?? ''}${portOf(listener)}/${textAt(listener, 'protocol') ?? ''}`;
  return hostname === undefined ? head : `${head} (${hostname})`;
}

function portOf(value: unknown): string {
  const port = textAt(value, 'port');
  return port === undefined ? '' : `:${port}`;
}

function pathOf(value: unknown, ...fields: readonly string[]): string {
  return fields.flatMap(field => textAt(value, field) ?? []).join('/');
}
