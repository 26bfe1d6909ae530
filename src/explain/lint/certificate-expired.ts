import { X509Certificate } from 'node:crypto';
import type { Secret } from '../../ir/index.ts';
import { originObject } from '../origin-object.ts';
import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

/** Certificates that are served, or shown to backends, and that nobody takes any more, or not yet. */
export function certificatesExpired(subject: LintSubject): readonly Finding[] {
  const now = Date.now();
  return subject.units.flatMap(unit => (unit.kind === 'Secret' ? (expired(unit, subject, now) ?? []) : []));
}

function expired({ content, origin }: Secret, { get }: LintSubject, now: number): Finding | undefined {
  if (content.kind !== 'keyPair') return undefined;
  const { validFromDate, validToDate } = new X509Certificate(content.chain);
  const when =
    validToDate.getTime() <= now
      ? `has expired on ${day(validToDate)}`
      : validFromDate.getTime() > now
        ? `is valid from ${day(validFromDate)}`
        : undefined;
  if (when === undefined) return undefined;
  const object = originObject(origin);
  const secret = get(object);
  const plain = secret?.kind === 'Secret' && Object.hasOwn(secret.stringData, 'tls.crt');
  return {
    code: 'CertificateExpired',
    object,
    path: plain ? 'stringData' : 'data',
    message: `the certificate ${when}: it is shown all the same, and who checks it ends the connection`,
  };
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
