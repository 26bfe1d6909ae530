import type { ProblemCode } from '../../resources/index.ts';
import type { Reason, Verdict } from './condition.ts';
import { listed } from './listed.ts';
import type { UnitRejection } from './placement.ts';
import { rejectionText, unitWords } from './rejection-words.ts';
import { allResolved } from './verdict.ts';

const accepted = (status: Verdict['status'], reason: Reason, message: string, path?: string): Verdict => ({
  type: 'Accepted',
  status,
  reason,
  message,
  ...(path !== undefined && { path }),
});

const notProgrammed = (reason: Reason, message: string, path?: string): Verdict => ({
  type: 'Programmed',
  status: 'False',
  reason,
  message,
  ...(path !== undefined && { path }),
});

function rejectedWords([first, ...others]: readonly UnitRejection[]): readonly string[] {
  return first ? [`not all of it is followed: ${unitWords(first)} by ${rejectionText([first, ...others])}`] : [];
}

/** Every condition of a Gateway as a whole. */
export const gatewayConditions = {
  accepted: () => accepted('True', 'Accepted', 'Every listener is accepted'),
  someListenersNotValid: (sections: readonly string[]) =>
    accepted('True', 'ListenersNotValid', `Not every listener is accepted; see the status of ${sections.join(', ')}`),
  noListenerValid: () =>
    accepted('False', 'ListenersNotValid', 'No listener is accepted; see the status of each', 'spec.listeners'),
  /** `why`: goes on after the name of the field. */
  invalidParameters: (why: string) =>
    accepted(
      'False',
      'InvalidParameters',
      `spec.infrastructure.parametersRef ${why}`,
      'spec.infrastructure.parametersRef',
    ),
  classNotAccepted: (className: string) =>
    accepted(
      'False',
      'InvalidParameters',
      `GatewayClass ${className} is not accepted; see its status`,
      'spec.gatewayClassName',
    ),
  unsupportedAddress: (index: number, type: string) =>
    accepted(
      'False',
      'UnsupportedAddress',
      `spec.addresses[${index}].type is ${JSON.stringify(type)}; Sluice supports IPAddress and Hostname`,
      `spec.addresses[${index}].type`,
    ),

  /** `unserved`: sections of accepted listeners on which nothing listens. */
  programmed: (
    unserved: readonly string[],
    silent: readonly string[] = [],
    rejections: readonly UnitRejection[] = [],
  ): Verdict => ({
    type: 'Programmed',
    status: 'True',
    reason: 'Programmed',
    message: [
      unserved.length === 0
        ? 'The data plane serves this Gateway'
        : `The data plane has taken this Gateway, but nothing listens for ${unserved.join(', ')}; see the status of each`,
      ...(silent.length > 0 ? [`proxies that do not answer are left out: ${listed(silent)}`] : []),
      ...rejectedWords(rejections),
    ].join('; '),
  }),
  labelIsOurs: (label: string): Omit<Verdict<ProblemCode>, 'type' | 'status'> => ({
    reason: 'UnsupportedValue',
    message: `The label ${label} says on every object of a data plane whose it is, and stays as it must be; use another one`,
    path: `spec.infrastructure.labels[${label}]`,
  }),
  proxiesSilent: (silent: readonly string[]): Omit<Verdict<ProblemCode>, 'type' | 'status'> => ({
    reason: 'ProxySilent',
    message: `These proxies do not answer and may serve what is older: ${listed(silent)}`,
  }),
  /** `served`: what was made for it before is not taken away. */
  notProgrammedAsNotAccepted: (served: boolean) =>
    notProgrammed('Invalid', `The Gateway is not accepted${served ? '; the proxies that it has serve it on' : ''}`),
  /** `why`: a clause. */
  pending: (why?: string) =>
    notProgrammed('Pending', `The data plane has not taken this Gateway yet${why === undefined ? '' : `: ${why}`}`),
  addressNotUsable: (message: string) => notProgrammed('AddressNotUsable', message, 'spec.addresses'),
  addressNotAssigned: (why = 'The Gateway has no address yet') => notProgrammed('AddressNotAssigned', why),

  resolvedRefs: allResolved,
  listenersNotResolved: (sections: readonly string[]): Verdict => ({
    type: 'ResolvedRefs',
    status: 'False',
    reason: 'ListenersNotResolved',
    message: `References of some listeners are not resolved; see the status of ${sections.join(', ')}`,
    path: 'spec.listeners',
  }),
  /** GEP-91: there only as long as it is so. */
  insecureFrontendValidation: (): Verdict => ({
    type: 'InsecureFrontendValidationMode',
    status: 'True',
    reason: 'ConfigurationChanged',
    message: 'spec.tls.frontend lets clients in without a good certificate (mode AllowInsecureFallback)',
  }),
};
