import type { X509Certificate } from 'node:crypto';
import type { BackendTls } from '../../ir/index.ts';
import { TlsFailure } from './tls-failure.ts';

/** Text that Node puts in JSON where it could be taken for something else (CVE-2021-44532). */
const QUOTED = /^"(?:[^"\\]|\\.)*"/;

/**
 * Why a certificate is not the one of the server that is wanted: it must have one of `names`, or where there are none
 * `serverName`, among its subjectAltNames (GEP-1897). Its subject is not looked at (RFC 9525 §2).
 */
export function refuseIdentity(
  { serverName, names }: Pick<BackendTls, 'serverName' | 'names'>,
  certificate: X509Certificate,
): TlsFailure | undefined {
  if (names.length === 0) return isFor(certificate, serverName) ? undefined : wrong(serverName);
  const alternatives = alternativesOf(certificate.subjectAltName ?? '');
  const found = names.some(({ kind, value }) => {
    if (kind === 'uri') return alternatives.includes(`URI:${value}`);
    return value.startsWith('*.') ? hasWildcard(alternatives, value) : isFor(certificate, value);
  });
  return found ? undefined : wrong(names.map(({ value }) => value).join(', '));
}

function wrong(names: string): TlsFailure {
  return new TlsFailure('name', `the certificate is not for ${names}`);
}

function isFor(certificate: X509Certificate, name: string): boolean {
  return certificate.checkHost(name, { subject: 'never' }) !== undefined;
}

/** A wildcard that is wanted is the same one in the certificate, or any name of one label more. */
function hasWildcard(alternatives: readonly string[], wildcard: string): boolean {
  const suffix = wildcard.slice(1).toLowerCase();
  return alternatives.some(each => {
    if (!each.startsWith('DNS:')) return false;
    const name = each.slice(4).toLowerCase();
    return name.endsWith(suffix) && !name.slice(0, -suffix.length).includes('.') && name.length > suffix.length;
  });
}

/** The parts of what Node makes of the extension: `DNS:a.example, URI:"spiffe://a,b"`. */
export function alternativesOf(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    const colon = text.indexOf(':', at);
    if (colon < 0) break;
    const quoted = QUOTED.exec(text.slice(colon + 1))?.[0];
    const comma = text.indexOf(', ', colon + 1 + (quoted?.length ?? 0));
    const end = comma < 0 ? text.length : comma;
    const value = quoted === undefined ? text.slice(colon + 1, end) : String(JSON.parse(quoted));
    found.push(`${text.slice(at, colon)}:${value}`);
    at = end + 2;
  }
  return found;
}
