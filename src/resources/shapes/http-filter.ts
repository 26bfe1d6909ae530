import { integer, list, object, oneOf, optional, ruled, withDefault } from '../schema/build.ts';
import type { Infer } from '../schema/schema.ts';
import { cors } from './cors.ts';
import { externalAuth } from './external-auth.ts';
import { headerModifier } from './headers.ts';
import { requestMirror } from './mirror.ts';
import { port, preciseHostname } from './names.ts';
import { pathModifier } from './path-modifier.ts';
import { localObjectReference } from './references.ts';
import { atMostOneOfType, memberFollowsType } from './union.ts';

const requestRedirect = object({
  scheme: optional(oneOf('http', 'https')),
  hostname: optional(preciseHostname),
  path: optional(pathModifier),
  port: optional(port),
  statusCode: withDefault(integer({ values: [301, 302, 303, 307, 308] }), 302),
});

const urlRewrite = object({ hostname: optional(preciseHostname), path: optional(pathModifier) });

const MEMBER_OF_TYPE = {
  CORS: 'cors',
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
  ExternalAuth: 'externalAuth',
};

/** HTTPRouteFilter: `type` names the one member that is set. */
const httpFilter = ruled(
  object({
    type: oneOf(
      'RequestHeaderModifier',
      'ResponseHeaderModifier',
      'RequestMirror',
      'RequestRedirect',
      'URLRewrite',
      'ExtensionRef',
      'CORS',
      'ExternalAuth',
    ),
    requestHeaderModifier: optional(headerModifier),
    responseHeaderModifier: optional(headerModifier),
    requestMirror: optional(requestMirror),
    requestRedirect: optional(requestRedirect),
    urlRewrite: optional(urlRewrite),
    cors: optional(cors),
    externalAuth: optional(externalAuth),
    extensionRef: optional(localObjectReference),
  }),
  memberFollowsType(MEMBER_OF_TYPE),
);
export type HTTPFilter = Infer<typeof httpFilter>;

function redirectOrRewrite(filters: readonly HTTPFilter[]): string | undefined {
  const both = filters.some(f => f.type === 'RequestRedirect') && filters.some(f => f.type === 'URLRewrite');
  return both ? 'RequestRedirect and URLRewrite exclude each other' : undefined;
}

export const httpFilters = ruled(
  list(httpFilter, { max: 16 }),
  redirectOrRewrite,
  atMostOneOfType('CORS', 'RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite'),
);
