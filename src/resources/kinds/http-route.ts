import { integer, list, object, optional, ruled, withDefault } from '../schema/build.ts';
import type { Infer } from '../schema/schema.ts';
import { duration, durationMs } from '../shapes/duration.ts';
import { type HTTPFilter, httpFilters } from '../shapes/http-filter.ts';
import { DEFAULT_PATH, httpMatch } from '../shapes/http-match.ts';
import { hostname, sectionName } from '../shapes/names.ts';
import { backendFields, parentReferences, serviceHasPort } from '../shapes/references.ts';
import { atMost128Matches, ruleNamesAreDistinct, useDefaultGateways } from '../shapes/route-rules.ts';
import { sessionPersistence } from '../shapes/session-persistence.ts';
import { defineKind } from './kind.ts';

/** HTTPBackendRef. */
const backendRef = ruled(object({ ...backendFields, filters: optional(httpFilters) }), serviceHasPort);

function backendRequestWithinRequest(timeouts: { request?: string; backendRequest?: string }): string | undefined {
  if (timeouts.request === undefined || timeouts.backendRequest === undefined) return undefined;
  const request = durationMs(timeouts.request);
  return request !== 0 && durationMs(timeouts.backendRequest) > request
    ? `backendRequest (${timeouts.backendRequest}) must not be longer than request (${timeouts.request})`
    : undefined;
}

const timeouts = ruled(
  object({ request: optional(duration), backendRequest: optional(duration) }),
  backendRequestWithinRequest,
);

/** HTTPRouteRetry (GEP-1731, experimental). */
const retry = object({
  codes: optional(list(integer({ min: 400, max: 599 }), { unique: true })),
  attempts: optional(integer({ min: 1 })),
  backoff: optional(duration),
});

const rule = object({
  name: optional(sectionName),
  matches: withDefault(list(httpMatch, { max: 64 }), [{ path: DEFAULT_PATH }]),
  filters: optional(httpFilters),
  backendRefs: optional(list(backendRef, { max: 16 })),
  timeouts: optional(timeouts),
  retry: optional(retry),
  sessionPersistence: optional(sessionPersistence),
});
export type HTTPRouteRule = Infer<typeof rule>;
export type HTTPBackendRef = Infer<typeof backendRef>;

function redirectHasNoBackends(value: HTTPRouteRule): string | undefined {
  const redirects = value.backendRefs?.length && value.filters?.some(filter => filter.requestRedirect);
  return redirects ? 'a rule with a RequestRedirect filter must not have backendRefs' : undefined;
}

const replacesPrefix = (filter: HTTPFilter) =>
  [filter.requestRedirect?.path, filter.urlRewrite?.path].some(path => path?.type === 'ReplacePrefixMatch');

/** The CRD looks at lists where exactly one item replaces a prefix; so does this. */
function replacedPrefixIsMatched(value: HTTPRouteRule): string | undefined {
  const inRule = value.filters?.filter(replacesPrefix).length === 1;
  const inBackends = value.backendRefs?.filter(ref => ref.filters?.filter(replacesPrefix).length === 1).length === 1;
  const onePrefix = value.matches.length === 1 && value.matches[0]?.path.type === 'PathPrefix';
  if ((!inRule && !inBackends) || onePrefix) return undefined;
  return 'replacePrefixMatch needs a rule with exactly one match, of path type PathPrefix';
}

const schema = object({
  spec: object({
    parentRefs: optional(parentReferences),
    useDefaultGateways: optional(useDefaultGateways),
    hostnames: optional(list(hostname, { max: 16 })),
    rules: withDefault(
      ruled(
        list(ruled(rule, redirectHasNoBackends, replacedPrefixIsMatched), { min: 1, max: 16 }),
        atMost128Matches,
        ruleNamesAreDistinct,
      ),
      [{ matches: [{ path: DEFAULT_PATH }] }],
    ),
  }),
});

export const httpRoute = defineKind({
  group: 'gateway.networking.k8s.io',
  kind: 'HTTPRoute',
  plural: 'httproutes',
  scope: 'Namespaced',
  versions: [
    { name: 'v1', channel: 'standard' },
    { name: 'v1beta1', channel: 'standard' },
    { name: 'v1alpha2', channel: 'retired' },
  ],
  schema,
});
