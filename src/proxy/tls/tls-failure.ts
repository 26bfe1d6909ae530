/**
 * Why there is no TLS connection. `certificate`: ours can't be used; `expired`, `authority`, `name`: that of the other side is past its
 * time (or before it), of nobody whom we trust, for somebody else; `no-certificate`: it shows none; `not-tls`: it speaks something
 * else; `closed`: it went away; `handshake`: the two agree on no version, cipher or protocol, or what it says makes no sense.
 */
export type TlsReason =
  | 'certificate'
  | 'expired'
  | 'authority'
  | 'name'
  | 'no-certificate'
  | 'not-tls'
  | 'closed'
  | 'handshake';

/** A handshake that failed; its message is OpenSSL's, and may quote the certificate of the other side. */
export class TlsFailure extends Error {
  readonly reason: TlsReason;

  constructor(reason: TlsReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

const REASONS: ReadonlyMap<string, TlsReason> = new Map([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'expired'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'authority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'authority'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'authority'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'authority'],
  ['CERT_SIGNATURE_FAILURE', 'authority'],
  ['CERT_UNTRUSTED', 'authority'],
  ['CERT_REJECTED', 'authority'],
  ['INVALID_CA', 'authority'],
  ['INVALID_PURPOSE', 'authority'],
  ['PATH_LENGTH_EXCEEDED', 'authority'],
  ['UNSPECIFIED', 'no-certificate'],
  ['ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', 'no-certificate'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-tls'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'not-tls'],
  ['ERR_SSL_HTTP_REQUEST', 'not-tls'],
  ['ECONNRESET', 'closed'],
  ['EPIPE', 'closed'],
]);

/** What an error of Node's TLS means; `undefined`: the other side ended in the middle of the handshake. */
export function tlsFailure(error: Error | undefined): TlsFailure {
  if (error === undefined) return new TlsFailure('closed', 'the connection ended during the TLS handshake');
  if (error instanceof TlsFailure) return error;
  const code = 'code' in error ? String(error.code) : '';
  return new TlsFailure(REASONS.get(code) ?? 'handshake', error.message);
}
