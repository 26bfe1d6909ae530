import type { Verdict } from './condition.ts';

/** Every condition of a GatewayClass. */
export const classConditions = {
  accepted: (): Verdict => ({
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: 'Sluice serves the Gateways of this class',
  }),
  parametersNotSupported: (kind: string, name: string): Verdict => ({
    type: 'Accepted',
    status: 'False',
    reason: 'InvalidParameters',
    message: `spec.parametersRef names ${kind} ${name}, and Sluice knows no parameters of that kind: remove the reference`,
    path: 'spec.parametersRef',
  }),
  /** Due on every accepted class. Manifests are read by tables of our own, so no installed CRDs can be of another version. */
  supportedVersion: (): Verdict => ({
    type: 'SupportedVersion',
    status: 'True',
    reason: 'SupportedVersion',
    message: 'Manifests are read as Gateway API v1.6',
  }),
};
