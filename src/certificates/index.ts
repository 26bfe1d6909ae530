/**
 * X.509 certificates that Sluice makes itself: with ECDSA P-256 keys, signed by themselves or by an authority that was made here.
 * Never here: whom they are for, where they are kept, and which certificates of others are taken.
 */
export { type CertificateWish, issueCertificate, type KeyPair } from './issue-certificate.ts';
export { type SelfSignedPair, selfSignedPair } from './self-signed-pair.ts';
