import { KINDS, type Kind } from '../../resources/index.ts';

/** As `kubectl api-resources` has them; ours beside. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  GatewayClass: ['gc'],
  Gateway: ['gtw', 'gw'],
  ListenerSet: ['lset'],
  HTTPRoute: ['hr'],
  ReferenceGrant: ['refgrant'],
  BackendTLSPolicy: ['btlspolicy'],
  Namespace: ['ns'],
  Service: ['svc'],
  Endpoints: ['ep'],
  EndpointSlice: ['eps'],
  ConfigMap: ['cm'],
  CustomResourceDefinition: ['crd', 'crds'],
};

const ALL: readonly Kind[] = KINDS;

const BY_WORD = new Map(ALL.flatMap(kind => wordsFor(kind).map(word => [word, kind] as const)));

function wordsFor({ kind, plural, group }: Kind): readonly string[] {
  const singular = kind.toLowerCase();
  const short = SHORT[kind] ?? [];
  return [...short, singular, `${singular}.${group}`, `${plural}.${group}`, plural];
}

/** Kinds of which we say what became of their objects: what `get` shows unless told otherwise. */
const TOLD = ALL.filter(({ kind }) =>
  /^(GatewayClass|Gateway|ListenerSet|\w+Route|\w+Policy|DirectResponse)$/.test(kind),
);

/** What a word such as `gtw,HTTPRoutes` or `all` asks for; undefined: it names no kind. */
export function kindsNamed(word: string): readonly Kind[] | undefined {
  const parts = word.toLowerCase().split(',');
  const found = parts.flatMap(part => (part === 'all' ? ALL : (BY_WORD.get(part) ?? [])));
  const known = parts.every(part => part === 'all' || BY_WORD.has(part));
  return known ? [...new Set(found)] : undefined;
}

export function kindsToldOf(): readonly Kind[] {
  return TOLD;
}

/** For a guess at what was meant: one word for each kind, and the short ones. */
export function knownKindWords(): readonly string[] {
  return ['all', ...ALL.map(({ kind }) => kind.toLowerCase()), ...Object.values(SHORT).flat()];
}
