import type { Listener } from '../ir/index.ts';
import type { ArrivalTls } from '../proxy/index.ts';
import { describeCertificate } from './certificate.ts';
import type { ConfigView } from './config-view.ts';
import type { CertificateFacts, Explanation, TlsFacts } from './explanation.ts';
import { describeListener } from './losers.ts';

/** What a handshake came to. */
export interface Shaken {
  readonly serverName: string;
  readonly listener: Listener | undefined;
  /** Of what is terminated here. */
  readonly arrival?: ArrivalTls;
}

export type TlsPart = Pick<Explanation, 'tls' | 'certificate'>;

export function describeTls(view: ConfigView, { serverName, listener, arrival }: Shaken): TlsPart {
  if (listener?.tls === undefined) return { tls: { serverName } };
  const certificate = arrival && describeCertificate(view, listener, arrival.certificate, serverName);
  return { tls: tlsFacts(view, serverName, listener, arrival), ...(certificate && { certificate }) };
}

function tlsFacts(view: ConfigView, serverName: string, listener: Listener, arrival: ArrivalTls | undefined): TlsFacts {
  const facts = { serverName, listener: describeListener(view, { listener }) };
  const { tls } = listener;
  if (tls?.mode !== 'terminate') return { ...facts, mode: 'passthrough' };
  const { minVersion, ciphers, clients } = tls;
  const protocol = arrival?.protocol;
  return {
    ...facts,
    mode: 'terminate',
    ...(protocol && { protocol }),
    ...(minVersion && { minVersion }),
    ...(ciphers !== undefined && { ciphers }),
    ...(clients && { clients: { mode: clients.mode, authorities: clients.authorities.map(unitWords) } }),
  };
}

/** `ConfigMap namespace/name` of `ConfigMap/namespace/name`. */
export function unitWords(name: string): string {
  return name.replace('/', ' ');
}

/** What is worth knowing of a handshake before it is tried. */
export function tlsNotes({ tls, certificate }: TlsPart): readonly string[] {
  return [...clientNotes(tls), ...(certificate ? certificateNotes(certificate, tls?.serverName ?? '') : [])];
}

function clientNotes(tls: TlsFacts | undefined): readonly string[] {
  if (!tls?.clients) return [];
  const { mode, authorities } = tls.clients;
  const shown = `a certificate by ${authorities.join(' or ')}`;
  if (mode === 'insecure-fallback') return [`clients are asked for ${shown}; who has none is let in all the same`];
  return [`clients must show ${shown}: it is taken for granted here; without one the handshake fails`];
}

function certificateNotes(facts: CertificateFacts, serverName: string): readonly string[] {
  const { secret, validity, validFrom, validTo, covers, names, selfSigned } = facts;
  const which = `the certificate of Secret ${secret}`;
  return [
    ...(validity === 'expired' ? [`${which} expired on ${validTo}: clients refuse it`] : []),
    ...(validity === 'not-yet-valid' ? [`${which} is not valid before ${validFrom}: clients refuse it`] : []),
    ...(covers || serverName === ''
      ? []
      : [`${which} is for ${names.join(', ') || 'no name'}, not for ${serverName}: clients refuse it`]),
    ...(selfSigned ? [`${which} is self-signed: clients refuse it unless they are told to trust it`] : []),
  ];
}
