import { X509Certificate } from 'node:crypto';
import type { Secret } from '../../ir/index.ts';
import { outdatedCertificate } from '../../translate/index.ts';
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
  const object = originObject(origin);
  const dates = { begins: validFromDate.getTime(), expires: validToDate.getTime() };
  const problem = outdatedCertificate(object, dates, now);
  if (!problem) return undefined;
  const secret = get(object);
  const plain = secret?.kind === 'Secret' && Object.hasOwn(secret.stringData, 'tls.crt');
  return {
    code: 'CertificateExpired',
    object,
    path: plain ? 'stringData' : 'data',
    message: problem.message,
  };
}
