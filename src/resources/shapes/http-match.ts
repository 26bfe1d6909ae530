import { list, object, oneOf, optional, ruled, text, withDefault } from '../schema/build.ts';
import type { Infer } from '../schema/schema.ts';
import { headerMatches, headerName, matchType } from './headers.ts';

export const DEFAULT_PATH = { type: 'PathPrefix', value: '/' };

const PATH_CHARACTERS = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$/;

interface PathValue {
  readonly type: string;
  readonly value: string;
}

function literalPathIsNormal({ type, value }: PathValue): string | undefined {
  if (type !== 'Exact' && type !== 'PathPrefix') return undefined;
  if (!value.startsWith('/')) return `value must start with '/', not ${JSON.stringify(value)}`;
  const within = ['//', '/./', '/../', '%2f', '%2F', '#'].find(part => value.includes(part));
  if (within) return `value must not contain '${within}' (type ${type})`;
  const end = ['/..', '/.'].find(part => value.endsWith(part));
  if (end) return `value must not end with '${end}' (type ${type})`;
  return PATH_CHARACTERS.test(value) ? undefined : `value holds characters that a path can't have; escape them as %XX`;
}

/** HTTPPathMatch. */
const pathMatch = ruled(
  object({
    type: withDefault(oneOf('Exact', 'PathPrefix', 'RegularExpression'), 'PathPrefix'),
    value: withDefault(text({ maxLength: 1024 }), '/'),
  }),
  literalPathIsNormal,
);

const queryParamMatches = list(
  object({
    type: withDefault(matchType, 'Exact'),
    name: headerName,
    value: text({ minLength: 1, maxLength: 1024 }),
  }),
  { max: 16, unique: ['name'] },
);

/** HTTPRouteMatch: every part that is there must match. */
export const httpMatch = object({
  path: withDefault(pathMatch, DEFAULT_PATH),
  headers: optional(headerMatches),
  queryParams: optional(queryParamMatches),
  method: optional(oneOf('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH')),
});
export type HTTPMatch = Infer<typeof httpMatch>;
