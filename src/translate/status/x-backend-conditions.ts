import type { ProblemCode } from '../../resources/index.ts';
import type { Verdict } from './condition.ts';
import { refused } from './verdict.ts';

/** Every condition of an XBackend (GEP-4894), whose reasons the GEP leaves open. */
export const xBackendConditions = {
  accepted: (): Verdict => ({
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: 'The backend can be reached by what it says',
  }),
  hostnameImpossible: (path: string, hostname: string) =>
    refused('Invalid', `${JSON.stringify(hostname)} is not a DNS name outside of the cluster`, path),
  noClientCertificate: ({ message, path }: Verdict) =>
    refused('Invalid', `The backend demands a certificate of us, and there is none: ${message}`, path),
  clientCertificateMissing: (path: string): Verdict<ProblemCode> => ({
    type: 'ResolvedRefs',
    status: 'False',
    reason: 'InvalidClientCertificateRef',
    message: 'mode ClientAndServer needs a Secret of type kubernetes.io/tls',
    path,
  }),
};
