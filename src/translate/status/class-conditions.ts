import type { Verdict } from './condition.ts';

function strangerText(definition: string, version: string | undefined): string {
  return version === undefined
    ? `CustomResourceDefinition ${definition} has no annotation gateway.networking.k8s.io/bundle-version`
    : `CustomResourceDefinition ${definition} is of ${JSON.stringify(version.slice(0, 40))}`;
}

/** Every condition of a GatewayClass. */
export const classConditions = {
  accepted: (): Verdict => ({
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: 'Sluice serves the Gateways of this class',
  }),
  /** `why`: goes on after the name of the field. */
  invalidParameters: (why: string): Verdict => ({
    type: 'Accepted',
    status: 'False',
    reason: 'InvalidParameters',
    message: `spec.parametersRef ${why}`,
    path: 'spec.parametersRef',
  }),
  /** Due on every accepted class. */
  supportedVersion: (): Verdict => ({
    type: 'SupportedVersion',
    status: 'True',
    reason: 'SupportedVersion',
    message: 'Manifests are read as Gateway API v1.6',
  }),
  /** `version`: as the first CRD of an unknown one says; absent: it says none. `more`: how many there are beside it. */
  unsupportedVersion: (definition: string, version: string | undefined, more: number): Verdict => ({
    type: 'SupportedVersion',
    status: 'False',
    reason: 'UnsupportedVersion',
    message: `Sluice knows Gateway API v1.0 to v1.6, and ${strangerText(definition, version)}${more > 0 ? ` (and ${more} more)` : ''}; objects are read as of v1.6 all the same`,
  }),
};
