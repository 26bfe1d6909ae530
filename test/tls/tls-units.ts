import { X509Certificate } from 'node:crypto';
import type { Attachment, Listener, ListenerTls, Route, Secret, TlsTermination } from '../../src/ir/index.ts';
import { seal } from '../../src/ir/index.ts';
import { alternativesOf } from '../../src/proxy/tls/server-identity.ts';
import { forward, route } from '../wire/config.ts';
import type { Pair } from './certificates.ts';

const origin = { kind: 'Gateway', namespace: 'default', name: 'wire' } as const;

/** The name of a unit with certificates: of a Secret. */
export function secretName(name: string): string {
  return `Secret/default/${name}`;
}

export function keyPair(name: string, { certificate, key }: Pair): Secret {
  const leaf = new X509Certificate(certificate);
  const hostnames = alternativesOf(leaf.subjectAltName ?? '').flatMap(each => (/^DNS:(.*)/.exec(each) ?? []).slice(1));
  const algorithm = leaf.publicKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ecdsa';
  const content = { kind: 'keyPair', chain: certificate, key, algorithm, hostnames } as const;
  return seal({ kind: 'Secret', name: secretName(name), content, origin });
}

export function authorities(name: string, ...pairs: readonly Pick<Pair, 'certificate'>[]): Secret {
  const pem = pairs.map(({ certificate }) => certificate).join('');
  return seal({ kind: 'Secret', name: secretName(name), content: { kind: 'authorities', pem }, origin });
}

/** `section`: also the last word of its name; see {@link listenerName}. */
export function tlsListener(
  section: string,
  hostname: string,
  tls: ListenerTls,
  protocol: 'HTTPS' | 'TLS' = 'HTTPS',
): Listener {
  const rest = { gateway: 'default/wire', section, port: 443, protocol, hostname, tls, origin } as const;
  return seal({ kind: 'Listener', name: listenerName(section), ...rest });
}

export function listenerName(section: string): string {
  return `default/wire/${section}`;
}

/** With the Secrets of these names. */
export function terminate(secrets: readonly string[], more: Partial<TlsTermination> = {}): TlsTermination {
  return { mode: 'terminate', certificates: secrets.map(secretName), ...more };
}

/** All requests at these listeners go to the backend `api`. */
export function routeAt(...sections: readonly string[]): Route {
  const attachments: Attachment[] = sections.map(section => ({ listener: listenerName(section), hostnames: ['*'] }));
  const { hash: _hash, ...unit } = route([{ action: forward({ api: 1 }) }]);
  return seal({ ...unit, attachments });
}
