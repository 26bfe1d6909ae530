import { type AnyResource, KINDS } from './any-resource.ts';
import { apiVersionOf, type Kind, newestApiVersion, type Version } from './kinds/kind.ts';
import { checkMetadata } from './metadata.ts';
import type { Problem } from './problem.ts';
import { type Mended, mendFields, mendIdentity } from './repairs/mend.ts';
import { hintFor, noSuchKind } from './repairs/no-such-kind.ts';
import type { Raw } from './repairs/repair.ts';
import { toYaml } from './repairs/yaml.ts';
import type { Metadata, ObjectRef } from './resource.ts';
import { check } from './schema/check.ts';
import { isRecord } from './schema/plain-data.ts';
import { deprecationOf } from './versions.ts';

/** What became of one document; problems have `path` but no location, which is the source's to add. */
export type Parsed =
  /** Complete, of the newest version, deep-frozen; its problems are warnings, or errors where parsing is not strict. */
  | { readonly kind: 'resource'; readonly resource: AnyResource; readonly problems: readonly Problem[] }
  /** Of a kind that Sluice knows, but wrong: the API server would refuse it. `remains`: what counts unless there is better. */
  | {
      readonly kind: 'refused';
      readonly object?: ObjectRef;
      readonly remains?: AnyResource;
      readonly problems: readonly Problem[];
    }
  /** Of a kind that Sluice does not read. `hint` says what to do about that kind, where there is something to do. */
  | {
      readonly kind: 'unknown';
      readonly apiVersion: string;
      readonly objectKind: string;
      readonly hint?: string;
      readonly problems: readonly Problem[];
    }
  /** No Kubernetes object at all. */
  | { readonly kind: 'notAnObject'; readonly problems: readonly Problem[] };

export interface ParseOptions {
  /**
   * True (the default), for manifests: clear slips are mended, and an object with any error is refused, as the API
   * server would. False, for what an API server has let through: nothing is mended (a grant means what it says), and
   * the object is given wherever it has the type of its kind, also with values over their limits or not in their list.
   */
  readonly strict?: boolean;
}

interface Identified {
  readonly kind: Kind;
  readonly version: Version;
}

/** `apiVersion/kind` of every version of every kind. */
const BY_API_VERSION_AND_KIND = new Map<string, Identified>(
  KINDS.flatMap((kind: Kind) =>
    kind.versions.map(version => {
      const apiVersion = apiVersionOf(version.group ?? kind.group, version.name);
      return [`${apiVersion}/${version.kind ?? kind.kind}`, { kind, version }] as const;
    }),
  ),
);

/** Reads one object as a document holds it. Never throws, whatever `raw` is. */
export function parseObject(raw: unknown, options: ParseOptions = {}): Parsed {
  if (!isRecord(raw)) return notAnObject('a manifest must be an object with apiVersion, kind and metadata');
  const { strict = true } = options;
  const identity: Mended = strict ? mendIdentity(raw) : { raw, problems: [] };
  const { apiVersion, kind: objectKind } = identity.raw;
  if (typeof apiVersion !== 'string' || apiVersion === '') return notAnObject('apiVersion is missing', 'apiVersion');
  if (typeof objectKind !== 'string' || objectKind === '') return notAnObject('kind is missing', 'kind');
  const identified = BY_API_VERSION_AND_KIND.get(`${apiVersion}/${objectKind}`);
  if (!identified) return parseUnknown(raw, apiVersion, objectKind);
  return parseKnown(identity, identified, strict);
}

function notAnObject(message: string, path?: string): Parsed {
  const problem: Problem = { severity: 'error', code: 'NotAnObject', message, ...(path !== undefined && { path }) };
  return { kind: 'notAnObject', problems: [problem] };
}

function parseUnknown(raw: Raw, apiVersion: string, objectKind: string): Parsed {
  const problem = noSuchKind(raw, apiVersion, objectKind);
  const hint = hintFor(apiVersion, objectKind);
  if (!problem) return { kind: 'unknown', apiVersion, objectKind, ...(hint !== undefined && { hint }), problems: [] };
  const object = objectRef({ kind: objectKind, scope: 'Namespaced' }, raw.metadata);
  return { kind: 'refused', ...(object && { object }), problems: [{ ...problem, ...(object && { object }) }] };
}

function parseKnown(identity: Mended, { kind, version }: Identified, strict: boolean): Parsed {
  const mended = strict ? mendFields(identity.raw, kind) : { raw: identity.raw, problems: [] };
  const { apiVersion: _a, kind: _k, metadata: rawMetadata, status: _s, ...written } = mended.raw;
  const { metadata, findings } = checkMetadata(rawMetadata, kind);
  const body = check(kind.schema, without(written, kind.unread));
  const object = objectRef(kind, rawMetadata, metadata);
  const problems: readonly Problem[] = [
    ...withFix([...identity.problems, ...mended.problems], kind, mended.raw),
    ...deprecationOf(kind, version),
    ...findings,
    ...body.findings,
  ].map(problem => (object ? { ...problem, object } : problem));
  const wrong = strict && problems.some(problem => problem.severity === 'error');
  if (wrong || !metadata || body.value === undefined) {
    const remains = metadata && kind.remains?.(written);
    return {
      kind: 'refused',
      ...(object && { object }),
      ...(remains !== undefined && { remains: complete(kind, metadata!, remains) }),
      problems,
    };
  }
  return { kind: 'resource', resource: complete(kind, metadata, body.value), problems };
}

function without(raw: Raw, names: readonly string[] = []): Raw {
  return names.length === 0 ? raw : Object.fromEntries(Object.entries(raw).filter(([name]) => !names.includes(name)));
}

/** The first of several problems shows the whole object as it is read, in the newest version; the others their part. */
function withFix([first, ...others]: readonly Problem[], kind: Kind, raw: Raw): readonly Problem[] {
  if (!first) return [];
  const { apiVersion: _a, kind: _k, ...rest } = raw;
  const fix = first.code.startsWith('Mended')
    ? toYaml({ apiVersion: newestApiVersion(kind), kind: kind.kind, ...rest })
    : undefined;
  return [fix === undefined ? first : { ...first, fix }, ...others];
}

function complete(kind: Kind, metadata: Metadata, body: unknown): AnyResource {
  const apiVersion = newestApiVersion(kind);
  // The schema of the kind gave `body`, and `AnyResource` is made of those schemas.
  return Object.freeze({ apiVersion, kind: kind.kind, metadata, ...(body as object) }) as AnyResource;
}

/** Which object it is, also if its metadata are not quite right. */
function objectRef(kind: Pick<Kind, 'kind' | 'scope'>, raw: unknown, metadata?: Metadata): ObjectRef | undefined {
  if (metadata) return { kind: kind.kind, namespace: metadata.namespace, name: metadata.name };
  if (!isRecord(raw) || typeof raw.name !== 'string' || raw.name === '') return undefined;
  const named = typeof raw.namespace === 'string' && raw.namespace !== '' ? raw.namespace : 'default';
  return { kind: kind.kind, namespace: kind.scope === 'Cluster' ? '' : named, name: raw.name };
}
