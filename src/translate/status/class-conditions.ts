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
};
