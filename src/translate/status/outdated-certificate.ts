import type { ObjectRef, Problem } from '../../resources/index.ts';

/** What is said of the certificate of a Secret that is not valid at `now`; all times in ms since 1970. */
export function outdatedCertificate(
  object: ObjectRef,
  { begins, expires }: { readonly begins: number; readonly expires: number },
  now: number,
): Problem | undefined {
  if (begins <= now && now < expires) return undefined;
  const when = expires <= now ? `has expired on ${day(expires)}` : `is valid from ${day(begins)}`;
  return {
    severity: 'warning',
    code: 'CertificateExpired',
    message: `the certificate ${when}: it is shown all the same, and who checks it ends the connection`,
    object,
  };
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
