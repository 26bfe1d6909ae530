import { X509Certificate } from 'node:crypto';
import type { KeyPair, Listener, Secret, Unit } from '../ir/index.ts';
import { matchesHostname } from '../router/index.ts';
import type { ConfigView } from './config-view.ts';
import type { CertificateFacts } from './explanation.ts';
import { originObject } from './origin-object.ts';
import { placeOf } from './place.ts';

type Pair = Secret & { readonly content: KeyPair };

/** The certificate of the Secret `name`, which a listener shows to who asks for `serverName`; undefined where it is not there. */
export function describeCertificate(
  view: ConfigView,
  { tls }: Pick<Listener, 'tls'>,
  name: string,
  serverName: string,
): CertificateFacts | undefined {
  const names = tls?.mode === 'terminate' ? tls.certificates : [];
  const pairs = view.units.filter(unit => isPair(unit)).filter(unit => names.includes(unit.name));
  const shown = pairs.find(unit => unit.name === name);
  if (shown === undefined) return undefined;
  const { content, origin } = shown;
  return {
    secret: secretName(name),
    names: content.hostnames,
    covers: content.hostnames.some(own => covers(own, serverName)),
    ...read(content),
    ...placeOf(view, originObject(origin)),
    others: pairs
      .filter(each => each !== shown)
      .map(other => {
        return { secret: secretName(other.name), names: other.content.hostnames };
      }),
  };
}

function isPair(unit: Unit): unit is Pair {
  return unit.kind === 'Secret' && unit.content.kind === 'keyPair';
}

/** `namespace/name` of `Secret/namespace/name`. */
export function secretName(unit: string): string {
  return unit.slice(unit.indexOf('/') + 1);
}

/** A star stands for one label (RFC 9525 §6.3). */
function covers(own: string, serverName: string): boolean {
  if (!own.startsWith('*.')) return own === serverName;
  return matchesHostname(own, serverName) && !serverName.slice(0, -own.length + 1).includes('.');
}

type Read = Pick<CertificateFacts, 'validFrom' | 'validTo' | 'validity' | 'issuer' | 'selfSigned' | 'fingerprint'>;

function read({ chain }: KeyPair): Read {
  const leaf = new X509Certificate(chain);
  const { validFromDate: from, validToDate: to } = leaf;
  const now = Date.now();
  return {
    validFrom: from.toISOString(),
    validTo: to.toISOString(),
    validity: now > to.getTime() ? 'expired' : now < from.getTime() ? 'not-yet-valid' : 'valid',
    issuer: leaf.issuer.replaceAll('\n', ', '),
    selfSigned: leaf.issuer === leaf.subject && leaf.verify(leaf.publicKey),
    fingerprint: leaf.fingerprint256,
  };
}
