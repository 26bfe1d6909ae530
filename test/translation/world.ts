import type { Unit, UnitKind } from '../../src/ir/index.ts';
import { parseObject } from '../../src/resources/index.ts';
import { createTranslator, type Output, type Translator } from '../../src/translate/index.ts';
import { assumedPlacement } from './assumed-placement.ts';
import { take } from './standing-units.ts';

/** Manifests in one line each, and the state that their translation adds up to. */

const GROUP = 'gateway.networking.k8s.io';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

function manifest(apiVersion: string, kind: string, key: string, rest: object): Manifest {
  const [name, namespace] = key.split('/').reverse();
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, ...rest };
}

export const gatewayClass = (name: string, spec: object = {}): Manifest =>
  manifest(`${GROUP}/v1`, 'GatewayClass', name, { spec: { controllerName: 'sluice.dev/test', ...spec } });

export const gateway = (key: string, listeners: readonly object[], spec: object = {}): Manifest =>
  manifest(`${GROUP}/v1`, 'Gateway', key, {
    spec: {
      gatewayClassName: 'sluice',
      listeners: listeners.map((each, i) => ({ name: `l${i}`, port: 80, protocol: 'HTTP', ...each })),
      ...spec,
    },
  });

/** Adds to Gateway `default/gw`. */
export const listenerSet = (key: string, listeners: readonly object[], spec: object = {}): Manifest =>
  manifest(`${GROUP}/v1`, 'ListenerSet', key, {
    spec: {
      parentRef: { name: 'gw', namespace: 'default' },
      listeners: listeners.map((each, i) => ({ name: `s${i}`, port: 80, protocol: 'HTTP', ...each })),
      ...spec,
    },
  });

/** Attached to Gateway `gw` of its namespace, unless `spec` says otherwise. */
export const route = (key: string, spec: object = {}): Manifest =>
  manifest(`${GROUP}/v1`, 'HTTPRoute', key, { spec: { parentRefs: [{ name: 'gw' }], ...spec } });

/** A route of any kind, attached likewise. */
export const routeOf = (kind: string, key: string, spec: object = {}): Manifest =>
  manifest(`${GROUP}/v1`, kind, key, { spec: { parentRefs: [{ name: 'gw' }], ...spec } });

export const service = (key: string, spec: object = { ports: [{ port: 80 }] }): Manifest =>
  manifest('v1', 'Service', key, { spec });

export const serviceImport = (key: string, ports: readonly number[]): Manifest =>
  manifest('multicluster.x-k8s.io/v1alpha1', 'ServiceImport', key, {
    spec: { type: 'ClusterSetIP', ports: ports.map((port, i) => ({ name: `p${i}`, port })) },
  });

export const directResponse = (key: string, spec: object): Manifest =>
  manifest('sluice.dev/v1alpha1', 'DirectResponse', key, { spec });

export const sluiceProxy = (key: string, spec: object): Manifest =>
  manifest('sluice.dev/v1alpha1', 'SluiceProxy', key, { spec });

/** Of type kubernetes.io/tls; values are given plain. */
export const secret = (key: string, values: Readonly<Record<string, string>>): Manifest => {
  const data = Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString('base64')]);
  return manifest('v1', 'Secret', key, { type: 'kubernetes.io/tls', data: Object.fromEntries(data) });
};

export const configMap = (key: string, data: Readonly<Record<string, string>>): Manifest =>
  manifest('v1', 'ConfigMap', key, { data });

/** A BackendTLSPolicy for one Service, or for one port of it. */
export const policy = (
  key: string,
  target: string,
  validation: object,
  sectionName?: string,
  creationTimestamp?: string,
): Manifest => {
  const ref = { group: '', kind: 'Service', name: target, ...(sectionName !== undefined && { sectionName }) };
  const made = manifest(`${GROUP}/v1`, 'BackendTLSPolicy', key, { spec: { targetRefs: [ref], validation } });
  return { ...made, metadata: { ...made.metadata, ...(creationTimestamp !== undefined && { creationTimestamp }) } };
};

export const xBackend = (key: string, spec: object): Manifest =>
  manifest('gateway.networking.x-k8s.io/v1alpha1', 'XBackend', key, { spec });

/** A CustomResourceDefinition of a release of Gateway API. */
export const definition = (name: string, version: string): Manifest => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name, annotations: { 'gateway.networking.k8s.io/bundle-version': version } },
});

export const namespace = (name: string, labels: Readonly<Record<string, string>>): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

/** Permits HTTPRoutes of a namespace to refer to a Service (all Services) of the grant's. */
export const grant = (key: string, from: string, to?: string): Manifest =>
  manifest(`${GROUP}/v1`, 'ReferenceGrant', key, {
    spec: {
      from: [{ group: GROUP, kind: 'HTTPRoute', namespace: from }],
      to: [{ group: '', kind: 'Service', ...(to !== undefined && { name: to }) }],
    },
  });

/** Permits Gateways of a namespace to refer to a Secret (all Secrets) of the grant's. */
export const certificateGrant = (key: string, from: string, to?: string): Manifest =>
  manifest(`${GROUP}/v1`, 'ReferenceGrant', key, {
    spec: {
      from: [{ group: GROUP, kind: 'Gateway', namespace: from }],
      to: [{ group: '', kind: 'Secret', ...(to !== undefined && { name: to }) }],
    },
  });

/** One rule that sends everything to port 80 of these Services. */
export const to = (...names: readonly string[]): object => ({
  rules: [{ backendRefs: names.map(name => ({ ...backendName(name), port: 80 })) }],
});

function backendName(key: string): object {
  const [name, namespace] = key.split('/').reverse();
  return { name, ...(namespace !== undefined && { namespace }) };
}

export interface World {
  readonly translator: Translator;
  /** Every unit that stands, by `Kind name`. */
  readonly units: ReadonlyMap<string, Unit>;
  /** Takes the manifests, whatever the schemas say of their values, and settles. */
  apply(...manifests: readonly Manifest[]): Output;
  remove(kind: string, key: string): Output;
  settle(): Output;
  names(kind: UnitKind): readonly string[];
  unit<K extends UnitKind>(kind: K, name: string): Extract<Unit, { kind: K }>;
  /** `type=status/reason` of every condition of an object (a listener: `section`; a parent: its position). */
  conditions(kind: string, key: string, part?: string | number): readonly string[];
  codes(): readonly string[];
}

/** A translator whose Gateways are all placed. */
export function world(...manifests: readonly Manifest[]): World {
  return worldOf(createTranslator(), ...manifests);
}

export function worldOf(translator: Translator, ...manifests: readonly Manifest[]): World {
  const units = new Map<string, Unit>();
  const settle = () => {
    const output = translator.settle();
    take(units, output.delta);
    return output;
  };
  const apply = (...each: readonly Manifest[]) => {
    for (const raw of each) upsert(translator, raw);
    return settle();
  };
  apply(...manifests);
  return {
    translator,
    units,
    apply,
    settle,
    remove: (kind, key) => {
      translator.remove(refTo(kind, key));
      return settle();
    },
    names: kind => [...units.values()].filter(unit => unit.kind === kind).map(unit => unit.name),
    unit: (kind, name) => {
      const unit = units.get(`${kind} ${name}`);
      if (unit?.kind !== kind) throw new Error(`there is no ${kind} ${name}, only ${[...units.keys()]}`);
      return unit as Extract<Unit, { kind: typeof kind }>;
    },
    conditions: (kind, key, part) => conditionsOf(translator.statusOf(refTo(kind, key)), part).map(condensed),
    codes: () => translator.problems().map(problem => problem.code),
  };
}

export function upsert(translator: Translator, raw: unknown): boolean {
  const parsed = parseObject(raw, { strict: false });
  if (parsed.kind !== 'resource') return false;
  const { kind, metadata } = parsed.resource;
  translator.upsert(parsed.resource);
  if (kind === 'Gateway') translator.place(`${metadata.namespace}/${metadata.name}`, assumedPlacement);
  return true;
}

function refTo(kind: string, key: string) {
  const clusterScoped = kind === 'GatewayClass' || kind === 'CustomResourceDefinition';
  const [name = '', namespace = clusterScoped ? '' : 'default'] = key.split('/').reverse();
  return { kind, namespace, name };
}

interface Shown {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

function conditionsOf(status: ReturnType<Translator['statusOf']>, part: string | number | undefined): readonly Shown[] {
  if (!status) return [];
  if ('ancestors' in status) return status.ancestors[Number(part ?? 0)]?.conditions ?? [];
  if ('parents' in status) return status.parents[Number(part ?? 0)]?.conditions ?? [];
  if (part === undefined || !('listeners' in status)) return status.conditions;
  return status.listeners.find(listener => listener.name === part)?.conditions ?? [];
}

function condensed({ type, status, reason }: Shown): string {
  return `${type}=${status}/${reason}`;
}
