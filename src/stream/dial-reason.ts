import { oneLine } from './one-line.ts';

/** Why a controller can't be reached, for somebody who can do something about it. */
export function dialReason(error: Error, address: string, serverName: string): string {
  const code = 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ECONNREFUSED':
      return `${address} refuses connections: no controller listens there`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name in ${address} can not be resolved (${code}): is the controller's Service there?`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${address} can not be reached (${code}): does a NetworkPolicy allow it?`;
    case 'ECONNRESET':
      return `${address} closed the connection before it was secured`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate of ${address} is not for ${serverName}`;
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return `the certificate of ${address} is not valid now (${code}): is the clock right, was it renewed?`;
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_SIGNATURE_FAILURE':
      return `the certificate of ${address} is signed by nobody among the authorities (${code}): are they of this controller?`;
    default:
      return `${address}: ${oneLine(error.message)}${code === '' ? '' : ` (${oneLine(code)})`}`;
  }
}
