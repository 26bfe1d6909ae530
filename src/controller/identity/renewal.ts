import { randomBytes, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { issueCertificate, type KeyPair } from '../../certificates/index.ts';
import type { CredentialsRecord } from './credentials-record.ts';

const DAY = 86_400_000;
const AUTHORITY_DAYS = 3_650;
const SERVER_DAYS = 90;
/** Clocks differ. */
const BEFORE = DAY;
/** A new authority signs nothing before proxies have had that long to learn of it. */
const OVERLAP = DAY;
/** After that part of its life a certificate is renewed. */
const RENEW_AT = 2 / 3;

export interface RenewalOptions {
  /** That the server's certificate is for: DNS names and IP addresses. */
  readonly names: readonly string[];
  /** ms since 1970. */
  readonly now: number;
}

/** What is to stand in place of `record` now; the same object where it may stay. Undefined: there is none yet. */
export function renewed(record: CredentialsRecord | undefined, { names, now }: RenewalOptions): CredentialsRecord {
  if (!record) {
    const authority = makeAuthority(now);
    return { server: makeServer(authority, names, now), trusted: [authority.certificate], authority };
  }
  // Whoever keeps the authority's key elsewhere renews the certificates, too.
  if (!record.authority) return record;
  return withServer(withAuthority(pruned(record, now), now), names, now);
}

/** Those that are over are trusted by nobody. */
function pruned(record: CredentialsRecord, now: number): CredentialsRecord {
  const trusted = record.trusted.filter((each, at) => at === 0 || endOf(each) > now);
  return trusted.length === record.trusted.length ? record : { ...record, trusted };
}

/** First the next one is trusted, then it signs; the one before stays trusted until its end. */
function withAuthority(record: CredentialsRecord, now: number): CredentialsRecord {
  const { authority, next, trusted } = record;
  if (!authority) return record;
  if (next) return now - startOf(next.certificate) < BEFORE + OVERLAP ? record : promoted(record, next);
  if (!isOld(authority.certificate, now)) return record;
  const coming = makeAuthority(now);
  // There is no time left for an overlap.
  if (endOf(authority.certificate) <= now) return promoted(record, coming);
  return { ...record, next: coming, trusted: [...trusted, coming.certificate] };
}

function promoted({ server, trusted }: CredentialsRecord, authority: KeyPair): CredentialsRecord {
  const others = trusted.filter(each => each !== authority.certificate);
  return { server, authority, trusted: [authority.certificate, ...others] };
}

function withServer(record: CredentialsRecord, names: readonly string[], now: number): CredentialsRecord {
  const { authority, server } = record;
  if (!authority) return record;
  const certificate = new X509Certificate(server.certificate);
  const isIts = certificate.verify(new X509Certificate(authority.certificate).publicKey);
  if (isIts && !isOld(server.certificate, now) && names.every(name => isFor(certificate, name))) return record;
  return { ...record, server: makeServer(authority, names, now) };
}

function isFor(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

function makeAuthority(now: number): KeyPair {
  // Names differ, so that a chain is never taken for that of another authority.
  const commonName = `sluice controller CA ${randomBytes(4).toString('hex')}`;
  const valid = { validFrom: now - BEFORE, validTo: now + AUTHORITY_DAYS * DAY };
  return issueCertificate({ commonName, names: [], authority: true, ...valid });
}

function makeServer(authority: KeyPair, names: readonly string[], now: number): KeyPair {
  const validTo = Math.min(now + SERVER_DAYS * DAY, endOf(authority.certificate));
  return issueCertificate({ commonName: 'sluice controller', names, validFrom: now - BEFORE, validTo }, authority);
}

const startOf = (pem: string) => new X509Certificate(pem).validFromDate.getTime();
const endOf = (pem: string) => new X509Certificate(pem).validToDate.getTime();

function isOld(pem: string, now: number): boolean {
  const [start, end] = [startOf(pem), endOf(pem)];
  return now > start + (end - start) * RENEW_AT;
}

export function isOver(pem: string, now: number): boolean {
  return endOf(pem) <= now;
}
