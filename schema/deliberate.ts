import type { Difference } from './compare-kinds.ts';

/** A difference that is meant, and why. */
interface Meant {
  readonly kinds: RegExp;
  /** Versions and channels. */
  readonly where: RegExp;
  readonly path: RegExp;
  readonly what: RegExp;
  readonly reason: string;
}

const ANY = /^/;

const MEANT: readonly Meant[] = [
  {
    kinds: /^(GatewayClass|XMesh)$/,
    where: ANY,
    path: /^spec\.controllerName$/,
    what: /Value is immutable/,
    reason: 'a manifest has no older self to be compared with',
  },
  {
    kinds: /^Gateway$/,
    where: ANY,
    path: /^spec\.tls\.frontend\.perPort$/,
    what: /must be unique within the Gateway/,
    reason: 'port is the key of the list, which says the same',
  },
  {
    kinds: /^Gateway$/,
    where: ANY,
    path: /^spec\.addresses\[\]$/,
    what: /oneOf/,
    reason: 'a rule of ours; objects put to the API server hold the two together',
  },
  {
    kinds: /^(HTTP|GRPC)Route$/,
    where: /standard$/,
    path: /(headers|set|add)\[\]\.value$/,
    what: /^pattern: ours .*, CRD none$/,
    reason: 'the experimental channel has the pattern already: other values are no HTTP',
  },
  {
    kinds: /^HTTPRoute$/,
    where: ANY,
    path: /\.cors\.allowOrigins\[\]$/,
    what: /^pattern: /,
    reason: 'the same pattern without an escape that means nothing',
  },
  {
    kinds: /^(HTTPRoute|GRPCRoute|XBackendTrafficPolicy)$/,
    where: /experimental$/,
    path: /\.sessionPersistence\.(cookie|header)$/,
    what: /^field: CRD none$/,
    reason: 'the shape that follows that of v1.6 (GEP-1619): manifests in it are read already',
  },
  {
    kinds: /^(TCP|TLS|UDP)Route$/,
    where: /^v1alpha2 /,
    path: /^spec\.(rules|hostnames)$/,
    what: ANY,
    reason: 'read as v1, which takes one rule (no other could be reached) and wants hostnames',
  },
];

export interface Sorted {
  /** What is wrong. */
  readonly unmeant: readonly Difference[];
  readonly meant: number;
  /** Reasons that no difference needs any more. */
  readonly unused: readonly string[];
}

export function sortDifferences(differences: readonly Difference[]): Sorted {
  const matches = (meant: Meant, one: Difference) =>
    meant.kinds.test(one.kind) && meant.where.test(one.where) && meant.path.test(one.path) && meant.what.test(one.what);
  const unmeant = differences.filter(one => !MEANT.some(meant => matches(meant, one)));
  const unused = MEANT.filter(meant => !differences.some(one => matches(meant, one))).map(meant => meant.reason);
  return { unmeant, meant: differences.length - unmeant.length, unused };
}
