import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CHECKOUT } from '../harness.ts';
import { CONTROLLER } from '../install.ts';
import { NAMESPACE } from './objects.ts';
import type { World } from './world.ts';

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface RoleObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly name: string }[];
}

/** What the installation permits the controller: with roles of this kind, in all namespaces or in its own. */
export function installedRules(kind: 'ClusterRole' | 'Role'): readonly Rule[] {
  const sluice = path.join(CHECKOUT, 'bin', 'sluice');
  const text = execFileSync(sluice, ['install', '--print'], { encoding: 'utf8' });
  const objects = parseAllDocuments(text).map(document => document.toJS() as RoleObject);
  const bound = objects.filter(({ subjects }) => subjects?.some(({ name }) => name === CONTROLLER));
  const names = bound.map(({ roleRef }) => roleRef).filter(ref => ref?.kind === kind);
  const roles = objects.filter(one => one.kind === kind && names.some(ref => ref?.name === one.metadata.name));
  return roles.flatMap(({ rules = [] }) => rules);
}

/** Rules without a verb on one resource; what stands for all resources of a group is spelt out. */
export function without(rules: readonly Rule[], verbs: readonly string[], resource: string): readonly Rule[] {
  return rules.flatMap(rule => {
    const resources = rule.resources.flatMap(name => (name === '*' ? GATEWAY_API : [name]));
    if (!resources.includes(resource)) return [{ ...rule, resources }];
    const left = rule.verbs.filter(verb => !verbs.includes(verb));
    const others = resources.filter(name => name !== resource);
    return [
      ...(others.length > 0 ? [{ ...rule, resources: others }] : []),
      ...(left.length > 0 ? [{ ...rule, resources: [resource], verbs: left }] : []),
    ];
  });
}

const GATEWAY_API = [
  ['gatewayclasses', 'gateways', 'listenersets', 'httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes', 'udproutes'],
  ['referencegrants', 'backendtlspolicies', 'xbackends', 'xbackendtrafficpolicies', 'xmeshes'],
].flat();

const API_GROUP = 'rbac.authorization.k8s.io';
const apiVersion = `${API_GROUP}/v1`;

/** Gives the account of this name exactly these rights. */
export async function grant(world: World, name: string, rules: readonly Rule[]): Promise<void> {
  const subjects = [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }];
  const here = { name, namespace: NAMESPACE };
  const ref = (kind: string) => ({ apiGroup: API_GROUP, kind, name });
  await world.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: here });
  await world.apply({ apiVersion, kind: 'ClusterRole', metadata: { name }, rules });
  await world.apply({
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: ref('ClusterRole'),
    subjects,
  });
  await world.apply({ apiVersion, kind: 'Role', metadata: here, rules: installedRules('Role') });
  await world.apply({ apiVersion, kind: 'RoleBinding', metadata: here, roleRef: ref('Role'), subjects });
}

/** A kubeconfig with a token of the account. */
export async function kubeconfigOf(world: World, name: string): Promise<string> {
  const target = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${name}/token`;
  const { body, text } = await world.client.send('POST', target, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3_600 },
  });
  const { token } = (body as { status?: { token?: string } }).status ?? {};
  if (token === undefined) throw new Error(`no token: ${text.slice(0, 200)}`);
  const cluster = {
    server: world.client.server,
    'certificate-authority-data': world.client.authority.toString('base64'),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: NAMESPACE } }],
  };
  const file = path.join(process.env.CONF_DIR!, `${name}.kubeconfig`);
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
