import type { Backend, Listener } from '../ir/index.ts';

/** Names of the Secret units that a unit needs. */
export function secretsOf(unit: Listener | Backend): readonly string[] {
  return unit.kind === 'Listener' ? ofListener(unit) : ofBackend(unit);
}

function ofListener({ tls }: Listener): readonly string[] {
  return tls?.mode === 'terminate' ? [...tls.certificates, ...(tls.clients?.authorities ?? [])] : [];
}

function ofBackend({ tls }: Backend): readonly string[] {
  if (!tls) return [];
  const authorities = tls.authorities === 'system' ? [] : tls.authorities;
  return tls.clientCertificate === undefined ? authorities : [...authorities, tls.clientCertificate];
}
