import type { ProblemCode } from '../../resources/index.ts';
import type { Verdict } from './condition.ts';

export type ConflictReason = 'ProtocolConflict' | 'HostnameConflict';

const refused = (reason: ProblemCode, message: string, path: string): Verdict<ProblemCode> => ({
  type: 'Accepted',
  status: 'False',
  reason,
  message,
  path,
});

const conflict = (reason: ConflictReason, message: string, path: string): Verdict<ConflictReason> => ({
  type: 'Conflicted',
  status: 'True',
  reason,
  message,
  path,
});

const unresolvedCertificate = (message: string, path: string): Verdict<ProblemCode> => ({
  type: 'ResolvedRefs',
  status: 'False',
  reason: 'InvalidCertificateRef',
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
  protocolNotBuilt: (path: string, protocol: string) =>
    refused(
      'UnsupportedProtocol',
      `Sluice does not serve protocol ${protocol} yet; this version serves HTTP`,
      `${path}.protocol`,
    ),
  protocolUnknown: (path: string, protocol: string) =>
    refused(
      'UnsupportedProtocol',
      `${JSON.stringify(protocol)} is not a protocol that Sluice knows; use HTTP`,
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
  selectorImpossible: (path: string, why: string) =>
    refused('UnsupportedValue', why, `${path}.allowedRoutes.namespaces.selector`),
  inConflict: (path: string, reason: ConflictReason) =>
    refused(reason, 'The listener conflicts with another one of this Gateway, see condition Conflicted', path),

  protocolConflict: (path: string, port: number, others: readonly string[]) =>
    conflict(
      'ProtocolConflict',
      `Port ${port} has another protocol in ${others.join(', ')}; give one of them another port`,
      `${path}.port`,
    ),
  hostnameConflict: (path: string, port: number, hostname: string, others: readonly string[]) =>
    conflict(
      'HostnameConflict',
      `Port ${port} has the hostname ${hostname} in ${others.join(', ')} too; keep one of them`,
      `${path}.hostname`,
    ),

  resolvedRefs: (): Verdict => ({
    type: 'ResolvedRefs',
    status: 'True',
    reason: 'ResolvedRefs',
    message: 'Every reference is resolved',
  }),
  /** One condition stands for all failures: the first, and how many there are. */
  notResolved: ([first, ...others]: readonly [
    Verdict<ProblemCode>,
    ...Verdict<ProblemCode>[],
  ]): Verdict<ProblemCode> =>
    others.length === 0 ? first : { ...first, message: `${first.message} (and ${others.length} more)` },
  invalidRouteKinds: (path: string, refusedKinds: readonly string[], protocol: string): Verdict<ProblemCode> => ({
    type: 'ResolvedRefs',
    status: 'False',
    reason: 'InvalidRouteKinds',
    message: `allowedRoutes.kinds names ${refusedKinds.join(', ')}; a listener with protocol ${protocol} takes HTTPRoute`,
    path: `${path}.allowedRoutes.kinds`,
  }),
  certificateKind: (path: string, group: string, kind: string) =>
    unresolvedCertificate(
      `${kind}${group === '' ? '' : ` of group ${group}`} can't be a certificate; refer to a Secret (group "")`,
      path,
    ),
  certificateNotFound: (path: string, target: string) =>
    unresolvedCertificate(`${target} does not exist`, `${path}.name`),
  certificateFaulty: (path: string, target: string, fault: string) => unresolvedCertificate(`${target} ${fault}`, path),

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
  protocolNotServed: (protocol: string, port: number): Verdict => ({
    type: 'Programmed',
    status: 'False',
    reason: 'Pending',
    message: `Nothing listens on port ${port}: this version of Sluice does not serve ${protocol} yet`,
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
