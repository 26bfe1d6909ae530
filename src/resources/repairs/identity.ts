import { KINDS } from '../any-resource.ts';
import { apiVersionOf, type Kind, newestApiVersion } from '../kinds/kind.ts';
import { isRecord } from '../schema/plain-data.ts';
import { GATEWAY_GROUPS } from '../shapes/names.ts';
import { wordsOf } from './groups.ts';
import type { Raw, Repair } from './repair.ts';

/** Kinds of Gateway API by every name they ever had. */
const GATEWAY_KINDS = new Map<string, Kind>(
  KINDS.filter(kind => GATEWAY_GROUPS.includes(kind.group)).flatMap((kind: Kind) =>
    [kind.kind, ...kind.versions.map(version => version.kind ?? kind.kind)].map(name => [name, kind] as const),
  ),
);

const KNOWN_WORDS = new Set([...GATEWAY_GROUPS, 'networking.x-k8s.io', 'networking.k8s.io'].map(wordsOf));

/** The same words in another order, another of the API's own groups, or no version: not the group of another vendor. */
function meansGatewayAPI(apiVersion: string): boolean {
  return KNOWN_WORDS.has(wordsOf(apiVersion.split('/')[0]!));
}

function isRead(kind: Kind, name: string, apiVersion: string): boolean {
  return kind.versions.some(
    version =>
      (version.kind ?? kind.kind) === name && apiVersionOf(version.group ?? kind.group, version.name) === apiVersion,
  );
}

interface Meant {
  readonly kind: Kind;
  readonly written: string | undefined;
  readonly apiVersion: string;
}

function meantBy(value: unknown): Meant | undefined {
  if (!isRecord(value) || typeof value.kind !== 'string') return undefined;
  const { apiVersion: written, kind: name } = value;
  const kind = GATEWAY_KINDS.get(name);
  if (!kind || (written !== undefined && written !== null && typeof written !== 'string')) return undefined;
  if (written && (!meansGatewayAPI(written) || isRead(kind, name, written))) return undefined;
  return { kind, written: written || undefined, apiVersion: newestApiVersion(kind) };
}

/** Only a version that never was, of a kind that is: v2 may come to be something else. */
const isFuture = ({ kind, written }: Meant) =>
  written !== undefined && /\/v[2-9]/.test(written) && written.startsWith(`${kind.group}/`);

export const mendedApiVersion: Repair = {
  code: 'MendedApiVersion',
  place: [],
  message(value) {
    const meant = meantBy(value);
    if (!meant || isFuture(meant)) return undefined;
    const what =
      meant.written === undefined ? 'apiVersion is missing' : `there is no ${meant.kind.kind} in ${meant.written}`;
    return `${what}; read as ${meant.kind.kind} of ${meant.apiVersion}`;
  },
  mend(value) {
    const meant = meantBy(value);
    if (!meant || !isRecord(value)) return value;
    const { apiVersion: _, kind: __, ...rest } = value;
    const mended: Raw = { apiVersion: meant.apiVersion, kind: meant.kind.kind, ...rest };
    return mended;
  },
};
