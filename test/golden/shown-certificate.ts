import { X509Certificate } from 'node:crypto';
import type { KeyPair, Unit } from '../../src/ir/index.ts';

/** The pair of the Secret `namespace/name`. */
export function pairOf(units: readonly Unit[], secret: string | undefined): KeyPair | undefined {
  const content = units.find(unit => unit.kind === 'Secret' && unit.name === `Secret/${secret}`);
  return content?.kind === 'Secret' && content.content.kind === 'keyPair' ? content.content : undefined;
}

/** `namespace/name` of the Secret whose certificate this is. */
export function secretShown(units: readonly Unit[], pem: string): string | undefined {
  const { fingerprint256 } = new X509Certificate(pem);
  const secret = units
    .filter(unit => unit.kind === 'Secret')
    .find(
      ({ content }) =>
        content.kind === 'keyPair' && new X509Certificate(content.chain).fingerprint256 === fingerprint256,
    );
  return secret?.name.slice('Secret/'.length);
}
