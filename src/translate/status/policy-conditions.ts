import type { ProblemCode } from '../../resources/index.ts';
import type { Verdict } from './condition.ts';
import { allResolved, refused, unresolved } from './verdict.ts';

/** Every condition of a policy (GEP-1897, GEP-713). `path` is the field. */
export const policyConditions = {
  accepted: (): Verdict => ({
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: 'The policy is followed',
  }),
  kindNotServed: (kind: string) =>
    refused('Invalid', `Sluice does not act on ${kind} yet: requests go to the target as if it were not there`),
  /** Services are reached by what the older one says. */
  conflicted: (path: string, target: string, winner: string) =>
    refused('Conflicted', `BackendTLSPolicy ${winner} is older and targets ${target} too; keep one of them`, path),
  targetNotFound: (path: string, what: string) => refused('TargetNotFound', what, path),
  targetOverUdp: (path: string, target: string) =>
    refused('Invalid', `${target} is a port of UDP, and TLS needs TCP`, path),
  unread: (path: string) =>
    refused('Invalid', 'it could not be read how backends are judged: nothing is sent to them', path),
  hostnameImpossible: (path: string, hostname: string) =>
    refused('Invalid', `${JSON.stringify(hostname)} is not a DNS name that a server could be asked for`, path),
  nameImpossible: (path: string) =>
    refused('Invalid', 'a subjectAltName needs type Hostname with hostname, or type URI with uri', path),
  unknownAuthorities: (path: string, name: string | undefined) =>
    refused(
      'Invalid',
      `${name === undefined ? 'nothing' : JSON.stringify(name)} names no authorities that Sluice knows; use System, or caCertificateRefs`,
      path,
    ),
  noAuthority: (first: Verdict, count: number) =>
    refused(
      'NoValidCACertificate',
      `${first.message}${count > 1 ? `, and none of the ${count} references can be used` : ''}: nothing is sent to the backend`,
      first.path,
    ),

  resolvedRefs: allResolved,
  /** One condition stands for all failures. */
  notResolved: ([first, ...others]: readonly [Verdict<ProblemCode>, ...Verdict<ProblemCode>[]]): Verdict =>
    others.length === 0 ? first : { ...first, message: `${first.message} (and ${others.length} more)` },
  authorityKind: (path: string, group: string, kind: string) =>
    unresolved(
      'InvalidKind',
      `${kind}${group === '' ? '' : ` of group ${group}`} can't hold authorities; refer to a ConfigMap (group "")`,
      path,
    ),
  authorityNotFound: (path: string, target: string) =>
    unresolved('InvalidCACertificateRef', `${target} does not exist`, path),
  authorityFaulty: (path: string, target: string, fault: string) =>
    unresolved('InvalidCACertificateRef', `${target} ${fault}`, path),
};
