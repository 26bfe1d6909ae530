import { type ProblemCode, yamlText } from '../../resources/index.ts';
import type { Verdict } from './condition.ts';
import { allResolved, unresolved } from './verdict.ts';

/** Every ResolvedRefs condition of a route. `path` is the reference; `target` is written `Service shop/cart`. */
export const referenceConditions = {
  resolved: allResolved,
  /** One condition stands for all failures: the first, and how many there are. */
  summary: (failures: readonly [Verdict<ProblemCode>, ...Verdict<ProblemCode>[]]): Verdict<ProblemCode> => {
    const [first, ...others] = failures;
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    return { ...first, message: `${first.path}: ${first.message}${more}` };
  },
  invalidKind: (path: string, group: string, kind: string) =>
    unresolved(
      'InvalidKind',
      `${kind}${group === '' ? '' : ` of group ${group}`} can't be a backend; use a Service, a ServiceImport of group multicluster.x-k8s.io, or an XBackend of group gateway.networking.x-k8s.io`,
      path,
    ),
  /** `known`: the kinds that there are. */
  noExtension: (path: string, { group, kind }: { group: string; kind: string }, known: string, fix?: string) =>
    unresolved(
      'InvalidKind',
      `Sluice has no filters of kind ${kind} of group ${group === '' ? '""' : group}; it has ${known}`,
      path,
      fix,
    ),
  notPermitted: (path: string, target: string, namespace: string, fix: string) =>
    unresolved(
      'RefNotPermitted',
      `${target} is in another namespace, and no ReferenceGrant in ${namespace} permits the reference`,
      path,
      fix,
    ),
  /** `near`: the name that was probably meant. */
  notFound: (path: string, target: string, near?: string) =>
    unresolved(
      'BackendNotFound',
      `${target} does not exist${near === undefined ? '' : `; did you mean ${near}?`}`,
      `${path}.name`,
      near === undefined ? undefined : `name: ${yamlText(near)}\n`,
    ),
  unread: (path: string, target: string) =>
    unresolved('BackendNotFound', `${target} could not be read: see what is wrong with it`, `${path}.name`),
  portMissing: (path: string, target: string, ports: readonly number[]) =>
    unresolved(
      'BackendNotFound',
      `a reference to ${target} must set port: it has ${portList(ports)}`,
      `${path}.port`,
      onlyPort(ports),
    ),
  portNotFound: (path: string, target: string, port: number, ports: readonly number[], transport = 'TCP') =>
    unresolved(
      'BackendNotFound',
      `${target} has no ${transport} port ${port}: it has ${portList(ports)}`,
      `${path}.port`,
      onlyPort(ports),
    ),
  externalName: (path: string, target: string) =>
    unresolved('BackendNotFound', `${target} is of type ExternalName, and its externalName is not a DNS name`, path),
  needsTls: (path: string, target: string, port: number, appProtocol: string) =>
    unresolved(
      'UnsupportedProtocol',
      `port ${port} of ${target} has appProtocol ${appProtocol}, and no BackendTLSPolicy says how its certificate is to be judged`,
      path,
    ),
  appProtocol: (path: string, target: string, port: number, appProtocol: string, route: string) =>
    unresolved(
      'UnsupportedProtocol',
      `port ${port} of ${target} has appProtocol ${appProtocol}, which Sluice does not speak for ${route}s`,
      path,
    ),
  xBackendProtocol: (path: string, target: string, protocol: string, route: string) =>
    unresolved('UnsupportedProtocol', `${target} has protocol ${protocol}, which is not spoken for ${route}s`, path),
  /** GEP-1897: what a policy wants encrypted is never sent in the clear. */
  tlsImpossible: (path: string, target: string, policy: string) =>
    unresolved(
      'UnsupportedProtocol',
      `BackendTLSPolicy ${policy} demands TLS to ${target} and can't be followed, so nothing is sent: see its status`,
      path,
    ),
  xBackendRefused: (path: string, target: string) =>
    unresolved('BackendNotFound', `${target} can't be used: see what is wrong with it`, path),
};

function onlyPort([port, ...others]: readonly number[]): string | undefined {
  return port === undefined || others.length > 0 ? undefined : `port: ${port}\n`;
}

function portList(ports: readonly number[]): string {
  return ports.length === 0 ? 'none' : ports.join(', ');
}
