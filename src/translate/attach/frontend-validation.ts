import type { ClientValidation } from '../../ir/index.ts';
import type { Gateway, ObjectRef, ProblemCode } from '../../resources/index.ts';
import { type CertificateSources, resolveAuthorities } from '../resolve/certificate-refs.ts';
import type { Verdict } from '../status/condition.ts';
import { listenerConditions } from '../status/listener-conditions.ts';

/** How clients on one port prove who they are (GEP-91), as far as it is understood. */
export interface Validation {
  /** Absent: nobody can be judged, so nobody is let in. */
  readonly clients?: ClientValidation;
  readonly refused?: Verdict;
  readonly unresolved: readonly Verdict<ProblemCode>[];
}

/** `spec.tls.frontend` of a Gateway, understood. */
export interface FrontendView {
  readonly standard?: Validation;
  /** A port that stands here has nothing of the standard, also where it has no validation of its own. */
  readonly perPort: readonly { readonly port: number; readonly validation?: Validation }[];
  /** Clients without a good certificate are let in somewhere. */
  readonly insecure: boolean;
}

type FrontendSpec = NonNullable<NonNullable<Gateway['spec']['tls']>['frontend']>;
type ValidationSpec = NonNullable<FrontendSpec['default']['validation']>;

/** `owner`: the Gateway, also for the listeners of its sets: it is the Gateway that refers to the authorities. */
export function viewFrontend(spec: FrontendSpec, owner: ObjectRef, sources: CertificateSources): FrontendView {
  const path = 'spec.tls.frontend';
  const standard = spec.default.validation;
  const perPort = spec.perPort ?? [];
  const validations = [standard, ...perPort.map(({ tls }) => tls.validation)];
  return {
    ...(standard && { standard: viewValidation(standard, `${path}.default.validation`, owner, sources) }),
    perPort: perPort.map(({ port, tls: { validation } }, index) => ({
      port,
      ...(validation && {
        validation: viewValidation(validation, `${path}.perPort[${index}].tls.validation`, owner, sources),
      }),
    })),
    insecure: validations.some(each => each?.mode === 'AllowInsecureFallback'),
  };
}

export function validationOf(frontend: FrontendView | undefined, port: number): Validation | undefined {
  const own = frontend?.perPort.find(each => each.port === port);
  return own ? own.validation : frontend?.standard;
}

/** Seen from a ListenerSet: what the Gateway refers to is no affair of others. */
export function withoutDetails(validation: Validation | undefined, gateway: string): Validation | undefined {
  if (!validation) return undefined;
  const unresolved = validation.unresolved.map(({ reason }) => listenerConditions.validationOfGateway(reason, gateway));
  return { ...validation, unresolved: unresolved.slice(0, 1) };
}

function viewValidation(
  { caCertificateRefs, mode }: ValidationSpec,
  path: string,
  owner: ObjectRef,
  sources: CertificateSources,
): Validation {
  const { names, unresolved } = resolveAuthorities(caCertificateRefs, path, owner, sources);
  if (names.length === 0) return { refused: listenerConditions.noValidAuthority(), unresolved };
  const clients: ClientValidation = {
    mode: mode === 'AllowInsecureFallback' ? 'insecure-fallback' : 'valid-only',
    authorities: names,
  };
  return { clients, unresolved };
}
