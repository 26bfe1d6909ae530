import type { Authorities } from '../../ir/index.ts';
import { type ConfigMap, refKey, refOf } from '../../resources/index.ts';
import type { Faulty } from './certificates.ts';
import { readCertificates } from './pem.ts';

/** What a ConfigMap is worth as certificates of authorities. */
export type AuthoritiesView = UsableAuthorities | Faulty;

export interface UsableAuthorities {
  readonly fault?: undefined;
  /** Name of its Secret unit. */
  readonly unit: string;
  readonly content: Authorities;
}

/** The only key that the spec knows (GEP-91, GEP-1897). */
const FIELD = 'ca.crt';

export function viewAuthorities(map: ConfigMap): AuthoritiesView {
  const pem = textOf(map);
  if (pem === '') return { fault: `has no ${FIELD}; it must have certificates of authorities there, as PEM` };
  const certificates = readCertificates(pem, FIELD);
  if ('fault' in certificates) return certificates;
  return { unit: refKey(refOf(map)), content: { kind: 'authorities', pem: certificates.pem } };
}

function textOf({ data, binaryData }: ConfigMap): string {
  if (Object.hasOwn(data, FIELD)) return data[FIELD]!;
  return Object.hasOwn(binaryData, FIELD) ? Buffer.from(binaryData[FIELD]!, 'base64').toString() : '';
}
