import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { DATA_PLANE_FLAGS } from '../src/cli/flags/data-plane-flags.ts';
import { parseFlags } from '../src/cli/flags/flags.ts';
import { proxyOptions } from '../src/cli/flags/proxy-flags.ts';
import type { DataPlaneSpec } from '../src/controller/provision/data-plane-spec.ts';
import type { KubeObject } from '../src/controller/provision/kube-object.ts';
import { planDataPlanes } from '../src/controller/provision/plan/plan-data-planes.ts';
import { containerOf } from '../src/controller/provision/render/container.ts';
import { render } from '../src/controller/provision/render/render.ts';
import { DEFAULT_PROXY_OPTIONS, type ProxyOptions } from '../src/proxy/index.ts';
import type { AnyResource, SluiceProxySpec } from '../src/resources/index.ts';
import { isRecord, parseObject } from '../src/resources/index.ts';
import { createTranslator } from '../src/translate/index.ts';

/**
 * What is made in a cluster for the Gateways of in.yaml: out.yaml has the data planes that are planned, then their objects; only
 * those of the kinds that case.yaml shows, where there is one. UPDATE_GOLDEN=1 writes it.
 */

const CASES = path.join(import.meta.dirname, 'data-planes');
const NAMESPACE = 'sluice-system';
const INSTALL = {
  namespace: NAMESPACE,
  controller: 'sluice-controller.sluice-system.svc:18000',
  caBundle: 'the certificates of the authorities, as PEM\n',
  image: 'sluice/sluice:0.1.0',
};

function resourcesOf(file: string): readonly AnyResource[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map(document => {
    const parsed = parseObject(document.toJS());
    assert.ok('resource' in parsed && parsed.resource, JSON.stringify(parsed));
    return parsed.resource;
  });
}

function plan(resources: readonly AnyResource[]): readonly DataPlaneSpec[] {
  const translator = createTranslator({ controllerName: 'sluice.dev/gateway-controller' });
  for (const resource of resources) translator.upsert(resource);
  const listeners = translator.settle().delta.upserts.filter(unit => unit.kind === 'Listener');
  return planDataPlanes(translator.gateways(), listeners, { namespace: NAMESPACE });
}

/** Of a plan, what its objects don't show. */
function summary(
  { scope, mode, gateways, ports, addresses, unmanaged, held, refused }: DataPlaneSpec,
  trouble?: string,
) {
  return {
    scope,
    mode,
    gateways: gateways.map(({ namespace, name }) => `${namespace}/${name}`).join(' '),
    ports: ports.map(({ name, port, containerPort }) => `${name} ${port} → ${containerPort}`),
    ...(addresses.length > 0 && { addresses }),
    ...(unmanaged && { unmanaged }),
    ...(held && { held }),
    ...(refused && { refused }),
    ...(trouble && { trouble }),
  };
}

function shownIn(folder: string): (object: KubeObject) => boolean {
  const file = path.join(folder, 'case.yaml');
  const chosen: unknown = existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined;
  const kinds = isRecord(chosen) && Array.isArray(chosen.show) ? chosen.show : undefined;
  return ({ kind }) => kinds?.includes(kind) ?? true;
}

const yaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

const cases = globSync('*/in.yaml', { cwd: CASES }).map(file => path.dirname(file));

test('there are cases', () => assert.ok(cases.length > 0));

for (const name of cases.sort()) {
  test(`data planes: ${name.replaceAll('-', ' ')}`, () => {
    const folder = path.join(CASES, name);
    const planes = plan(resourcesOf(path.join(folder, 'in.yaml'))).map(spec => ({ spec, made: render(spec, INSTALL) }));
    const dataPlanes = planes.map(({ spec, made }) => summary(spec, made.trouble));
    const objects = planes.flatMap(({ made }) => made.objects).filter(shownIn(folder));
    const found = [{ dataPlanes }, ...objects].map(yaml).join('---\n');
    const expected = path.join(folder, 'out.yaml');
    if (process.env.UPDATE_GOLDEN) writeFileSync(expected, found);
    assert.equal(found, readFileSync(expected, 'utf8'));
  });
}

function flagsOf(parameters: SluiceProxySpec): readonly string[] {
  const container = containerOf({ parameters }, INSTALL);
  assert.ok('args' in container && Array.isArray(container.args));
  const [command, ...flags] = container.args.map(String);
  assert.equal(command, 'proxy');
  return flags;
}

const SETTINGS: readonly SluiceProxySpec[] = [
  {},
  { workers: 'auto', accessLog: { format: 'json' } },
  { workers: 256, accessLog: { format: 'text' }, shutdown: { delay: '0s', timeout: '1ms' } },
  { resources: { limits: { cpu: 1e6 } }, shutdown: { delay: '1h1ms', timeout: '99999h99999h99999h99999h' } },
];

/** A value for each field of traffic, no default among them, and what the proxy makes of it. */
const TRAFFIC: NonNullable<SluiceProxySpec['traffic']> = {
  trustedProxies: ['10.0.0.0/8', 'fd00::/8'],
  trustedHops: 2,
  proxyProtocol: ['192.0.2.7/32'],
  backendProxyProtocol: 'v2',
  grpcWeb: true,
  balancing: 'round-robin',
  timeouts: {
    head: '1s',
    idle: '2s',
    request: '3s',
    bodyIdle: '4s',
    tunnelIdle: '99999h',
    udpIdle: '0s',
    connect: '1m1ms',
  },
  limits: {
    connections: 1,
    headBytes: 2,
    bodyBytes: 5_000_000_001,
    streams: 999_999_999,
    upstreamConnections: 0,
    upstreamPending: 0,
  },
};
const OPTIONS: Partial<ProxyOptions> = {
  trustedProxies: ['10.0.0.0/8', 'fd00::/8'],
  trustedHops: 2,
  proxyProtocol: ['192.0.2.7/32'],
  backendProxyProtocol: 'v2',
  grpcWeb: true,
  balancing: 'round-robin',
  headTimeout: 1_000,
  idleTimeout: 2_000,
  requestTimeout: 3_000,
  bodyIdleTimeout: 4_000,
  tunnelIdleTimeout: 99_999 * 3_600_000,
  udpIdleTimeout: 0,
  connectTimeout: 60_001,
  maxConnections: 1,
  maxHeadBytes: 2,
  maxBodyBytes: 5_000_000_512,
  maxStreams: 999_999_999,
  maxUpstreamConnections: 0,
  maxUpstreamPending: 0,
};
/** What a Gateway says to have the default again in spite of its class. */
const UNSAID: SluiceProxySpec['traffic'] = { trustedProxies: [], proxyProtocol: [], grpcWeb: false };

for (const [parameters, options] of [
  [{}, {}],
  [{ traffic: TRAFFIC }, OPTIONS],
  [{ traffic: UNSAID }, {}],
] as const) {
  test(`sluice proxy treats traffic as it is told to with ${JSON.stringify(parameters)}`, () => {
    const read = parseFlags(DATA_PLANE_FLAGS, flagsOf(parameters));
    assert.ok(read.kind === 'flags', JSON.stringify(read));
    assert.deepEqual(proxyOptions(read.values), { ...DEFAULT_PROXY_OPTIONS, ...options });
  });
}

for (const parameters of SETTINGS) {
  test(`sluice proxy takes the flags that it gets with ${JSON.stringify(parameters)}`, () => {
    const read = parseFlags(DATA_PLANE_FLAGS, flagsOf(parameters));
    assert.ok(read.kind === 'flags', JSON.stringify(read));
    const wanted = parameters.workers ?? (parameters.resources ? 256 : 1);
    assert.deepEqual([read.values.workers, read.operands], [wanted, []]);
    assert.equal(read.values['access-log'], parameters.accessLog?.format ?? 'off');
  });
}
