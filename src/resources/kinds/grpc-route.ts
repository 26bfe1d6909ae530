import { list, object, oneOf, optional, ruled, text, withDefault } from '../schema/build.ts';
import { headerModifier, headerName, matchType } from '../shapes/headers.ts';
import { requestMirror } from '../shapes/mirror.ts';
import { hostname, sectionName } from '../shapes/names.ts';
import { backendFields, localObjectReference, parentReferences, serviceHasPort } from '../shapes/references.ts';
import { atMost128Matches, ruleNamesAreDistinct, useDefaultGateways } from '../shapes/route-rules.ts';
import { sessionPersistence } from '../shapes/session-persistence.ts';
import { atMostOneOfType, memberFollowsType } from '../shapes/union.ts';
import { defineKind } from './kind.ts';

const filter = ruled(
  object({
    type: oneOf('ResponseHeaderModifier', 'RequestHeaderModifier', 'RequestMirror', 'ExtensionRef'),
    requestHeaderModifier: optional(headerModifier),
    responseHeaderModifier: optional(headerModifier),
    requestMirror: optional(requestMirror),
    extensionRef: optional(localObjectReference),
  }),
  memberFollowsType({
    RequestHeaderModifier: 'requestHeaderModifier',
    ResponseHeaderModifier: 'responseHeaderModifier',
    RequestMirror: 'requestMirror',
    ExtensionRef: 'extensionRef',
  }),
);

const filters = ruled(list(filter, { max: 16 }), atMostOneOfType('RequestHeaderModifier', 'ResponseHeaderModifier'));

interface MethodMatch {
  readonly type: string;
  readonly service?: string;
  readonly method?: string;
}

function serviceOrMethodIsSet(match: MethodMatch): string | undefined {
  return match.service === undefined && match.method === undefined ? 'set service, method or both' : undefined;
}

const SERVICE = /^\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$/i;
const METHOD = /^[A-Za-z_][A-Za-z_0-9]*$/;

function exactNamesAreValid({ type, service, method }: MethodMatch): string | undefined {
  if (type !== 'Exact') return undefined;
  if (service !== undefined && !SERVICE.test(service)) return 'service must be a name such as my.package.Service';
  if (method !== undefined && !METHOD.test(method)) return 'method must be a name of letters, digits and _';
  return undefined;
}

/** GRPCMethodMatch. */
const methodMatch = ruled(
  object({
    type: withDefault(matchType, 'Exact'),
    service: optional(text({ maxLength: 1024 })),
    method: optional(text({ maxLength: 1024 })),
  }),
  serviceOrMethodIsSet,
  exactNamesAreValid,
);

/** Unlike HTTPRoute's, the value may hold any character. */
const headerMatches = list(
  object({
    type: withDefault(matchType, 'Exact'),
    name: headerName,
    value: text({ minLength: 1, maxLength: 4096 }),
  }),
  { max: 16, unique: ['name'] },
);

const backendRef = ruled(object({ ...backendFields, filters: optional(filters) }), serviceHasPort);

const rule = object({
  name: optional(sectionName),
  matches: optional(list(object({ method: optional(methodMatch), headers: optional(headerMatches) }), { max: 64 })),
  filters: optional(filters),
  backendRefs: optional(list(backendRef, { max: 16 })),
  sessionPersistence: optional(sessionPersistence),
});

export const grpcRoute = defineKind({
  group: 'gateway.networking.k8s.io',
  kind: 'GRPCRoute',
  plural: 'grpcroutes',
  scope: 'Namespaced',
  versions: [
    { name: 'v1', channel: 'standard' },
    { name: 'v1alpha2', channel: 'retired' },
  ],
  schema: object({
    spec: object({
      parentRefs: optional(parentReferences),
      useDefaultGateways: optional(useDefaultGateways),
      hostnames: optional(list(hostname, { max: 16 })),
      rules: optional(ruled(list(rule, { max: 16 }), atMost128Matches, ruleNamesAreDistinct)),
    }),
  }),
});
