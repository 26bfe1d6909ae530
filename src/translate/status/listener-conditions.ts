import type { ProblemCode } from '../../resources/index.ts';
import type { Verdict } from './condition.ts';
import { listed } from './listed.ts';
import type { UnitRejection } from './placement.ts';
import { rejectionText } from './rejection-words.ts';
import { allResolved, refused, unresolved } from './verdict.ts';

export type ConflictReason = 'ProtocolConflict' | 'HostnameConflict';

const conflict = (reason: ConflictReason, message: string, path: string): Verdict<ConflictReason> => ({
  type: 'Conflicted',
  status: 'True',
  reason,
  message,
  path,
});

/** Every condition of a listener. `path` is the listener, as in `spec.listeners[0]`. */
export const listenerConditions = {
  accepted: (): Verdict => ({
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: 'The listener is valid',
  }),
  protocolUnknown: (path: string, protocol: string) =>
    refused(
      'UnsupportedProtocol',
      `${JSON.stringify(protocol)} is not a protocol that Sluice knows; use HTTP, HTTPS, TLS, TCP or UDP`,
      `${path}.protocol`,
    ),
  portImpossible: (path: string, port: number) =>
    refused('PortUnavailable', `${port} is not a port; use 1 to 65535`, `${path}.port`),
  portUnavailable: (path: string, message: string) => refused('PortUnavailable', message, `${path}.port`),
  hostnameImpossible: (path: string, hostname: string) =>
    refused(
      'UnsupportedValue',
      `${JSON.stringify(hostname)} is not a DNS name (with at most a leading "*."), so no request could have it`,
      `${path}.hostname`,
    ),
  tlsMode: (path: string, mode: string) =>
    refused(
      'UnsupportedValue',
      `${JSON.stringify(mode)} is no mode for a listener with protocol HTTPS; use Terminate`,
      `${path}.tls.mode`,
    ),
  tlsVersion: (path: string, value: string) =>
    refused('UnsupportedValue', `${JSON.stringify(value)} is no version to begin with; use TLSv1.2 or TLSv1.3`, path),
  tlsCipher: (path: string, name: string) =>
    refused(
      'UnsupportedValue',
      `${JSON.stringify(name)} is no cipher suite of OpenSSL; name suites as it does, with colons between`,
      path,
    ),
  tlsOption: (path: string, name: string, known: readonly string[]) =>
    refused('UnsupportedValue', `Sluice has no option ${JSON.stringify(name)}; it has ${known.join(' and ')}`, path),
  noValidAuthority: (): Verdict<ProblemCode> => ({
    type: 'Accepted',
    status: 'False',
    reason: 'NoValidCACertificate',
    message: 'No client could prove who it is, for none of the authorities can be used, see condition ResolvedRefs',
  }),
  selectorImpossible: (path: string, why: string) =>
    refused('UnsupportedValue', why, `${path}.allowedRoutes.namespaces.selector`),
  inConflict: (path: string, reason: ConflictReason) =>
    refused(reason, 'The listener conflicts with another one of this Gateway, see condition Conflicted', path),

  protocolConflict: (path: string, port: number, others: readonly string[]) =>
    conflict(
      'ProtocolConflict',
      `Port ${port} has another protocol in ${listed(others)}; give one of them another port`,
      `${path}.port`,
    ),
  hostnameConflict: (path: string, port: number, hostname: string, others: readonly string[]) =>
    conflict(
      'HostnameConflict',
      `Port ${port} has the hostname ${hostname} in ${listed(others)} too; keep one of them`,
      `${path}.hostname`,
    ),
  /** Where the first wins. `holder`: whose listener that is, as far as it is anybody's affair. */
  protocolTaken: (path: string, port: number, holder: string) =>
    conflict('ProtocolConflict', `Port ${port} has another protocol in ${holder}; use another port`, `${path}.port`),
  hostnameTaken: (path: string, port: number, hostname: string, holder: string) =>
    conflict(
      'HostnameConflict',
      `Port ${port} has the hostname ${hostname} in ${holder}; use another hostname`,
      `${path}.hostname`,
    ),

  resolvedRefs: allResolved,
  /** One condition stands for all failures: the first, and how many there are. */
  notResolved: ([first, ...others]: readonly [
    Verdict<ProblemCode>,
    ...Verdict<ProblemCode>[],
  ]): Verdict<ProblemCode> =>
    others.length === 0 ? first : { ...first, message: `${first.message} (and ${others.length} more)` },
  invalidRouteKinds: (
    path: string,
    refusedKinds: readonly string[],
    protocol: string,
    taken: readonly string[],
  ): Verdict<ProblemCode> => ({
    type: 'ResolvedRefs',
    status: 'False',
    reason: 'InvalidRouteKinds',
    message: `allowedRoutes.kinds names ${refusedKinds.join(', ')}; a listener with protocol ${protocol} takes ${taken.join(' and ')}`,
    path: `${path}.allowedRoutes.kinds`,
  }),
  certificateKind: (path: string, group: string, kind: string) =>
    unresolved(
      'InvalidCertificateRef',
      `${kind}${group === '' ? '' : ` of group ${group}`} can't be a certificate; refer to a Secret (group "")`,
      path,
    ),
  certificateNotFound: (path: string, target: string) =>
    unresolved('InvalidCertificateRef', `${target} does not exist`, `${path}.name`),
  certificateFaulty: (path: string, target: string, fault: string) =>
    unresolved('InvalidCertificateRef', `${target} ${fault}`, path),

  authoritiesKind: (path: string, group: string, kind: string) =>
    unresolved(
      'InvalidCACertificateKind',
      `${kind}${group === '' ? '' : ` of group ${group}`} can't hold authorities; refer to a ConfigMap (group "")`,
      path,
    ),
  authoritiesNotFound: (path: string, target: string) =>
    unresolved('InvalidCACertificateRef', `${target} does not exist`, `${path}.name`),
  authoritiesFaulty: (path: string, target: string, fault: string) =>
    unresolved('InvalidCACertificateRef', `${target} ${fault}`, path),
  /** What a ListenerSet hears of the references of its Gateway. */
  validationOfGateway: (reason: ProblemCode, gateway: string) =>
    unresolved(
      reason,
      `Gateway ${gateway} asks clients on this port for certificates, and its authorities can't all be used`,
      'spec.parentRef',
    ),
  overlapping: (port: number, others: readonly string[]): Verdict => ({
    type: 'OverlappingTLSConfig',
    status: 'True',
    reason: 'OverlappingHostnames',
    message: `Hostnames of port ${port} overlap with ${listed(others)}: a request for a host of one HTTPS listener that comes by a connection to another is answered with 421`,
  }),

  programmed: (): Verdict => ({
    type: 'Programmed',
    status: 'True',
    reason: 'Programmed',
    message: 'The data plane serves this listener',
  }),
  notProgrammedAsNotAccepted: (reason: ConflictReason | 'Invalid' = 'Invalid'): Verdict => ({
    type: 'Programmed',
    status: 'False',
    reason,
    message: 'The listener is not accepted',
  }),
  notProgrammedAsGatewayNotAccepted: (): Verdict => ({
    type: 'Programmed',
    status: 'False',
    reason: 'Invalid',
    message: 'The Gateway is not accepted',
  }),
  /** Not a reason of the API's own; its guide for implementers has it. */
  noCertificate: (path: string): Verdict => ({
    type: 'Programmed',
    status: 'False',
    reason: 'InvalidTLSConfig',
    message: 'The listener has no certificate: name a Secret of type kubernetes.io/tls in tls.certificateRefs',
    path: `${path}.tls.certificateRefs`,
  }),
  certificatesNotResolved: (): Verdict => ({
    type: 'Programmed',
    status: 'False',
    reason: 'Invalid',
    message: 'The listener lacks a certificate, see condition ResolvedRefs',
  }),
  authoritiesNotResolved: (): Verdict => ({
    type: 'Programmed',
    status: 'False',
    reason: 'Invalid',
    message: 'The listener lacks authorities to judge clients by, see condition ResolvedRefs',
  }),
  rejected: (path: string, rejections: readonly [UnitRejection, ...UnitRejection[]]): Verdict<'RejectedByProxy'> => ({
    type: 'Programmed',
    status: 'False',
    reason: 'RejectedByProxy',
    message: `${rejections[0].unit.kind === 'Secret' ? 'A certificate' : 'The listener'} is not served as it stands by ${rejectionText(rejections)}`,
    path,
  }),
  addressNotUsable: (): Verdict => ({
    type: 'Programmed',
    status: 'False',
    reason: 'AddressNotUsable',
    message: 'No address that the Gateway asks for can be used',
  }),
  pending: (): Verdict => ({
    type: 'Programmed',
    status: 'False',
    reason: 'Pending',
    message: 'The data plane has not taken this listener yet',
  }),
};
