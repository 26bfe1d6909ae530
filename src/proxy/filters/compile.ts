import type { Cors, Filter, HeaderChange, Mirror, PathChange } from '../../ir/index.ts';
import { CorsProgram, corsChange } from './cors.ts';
import { compileHeaderChanges, type HeaderEdit } from './header-edit.ts';

/** What the filters of a rule, or of a rule and one of its backends, do; made when the configuration changes. */
export interface FilterProgram {
  readonly request: HeaderEdit | undefined;
  readonly response: HeaderEdit | undefined;
  /** Replaces the value of Host. */
  readonly rewriteHost: string | undefined;
  readonly rewritePath: PathChange | undefined;
  readonly cors: CorsProgram | undefined;
  /** Never empty. */
  readonly mirrors: readonly Mirror[] | undefined;
}

const EMPTY: FilterProgram = Object.freeze({
  request: undefined,
  response: undefined,
  rewriteHost: undefined,
  rewritePath: undefined,
  cors: undefined,
  mirrors: undefined,
});

/** Filters in their order as one program; for a backend with filters of its own give `[...rule, ...backend]`. */
export function compileFilters(filters: readonly Filter[]): FilterProgram {
  if (filters.length === 0) return EMPTY;
  const request: HeaderChange[] = [];
  const response: HeaderChange[] = [];
  const mirrors: Mirror[] = [];
  let rewriteHost: string | undefined;
  let rewritePath: PathChange | undefined;
  let cors: Cors | undefined;
  for (const filter of filters) {
    switch (filter.kind) {
      case 'requestHeaders':
        request.push(filter);
        break;
      case 'responseHeaders':
        response.push(filter);
        break;
      case 'rewrite':
        rewriteHost = filter.hostname ?? rewriteHost;
        rewritePath = filter.path ?? rewritePath;
        break;
      case 'mirror':
        if (filter.share > 0) mirrors.push(filter);
        break;
      case 'cors':
        cors = filter;
        break;
      default:
        filter satisfies never;
    }
  }
  // Who may read an answer is decided by CORS alone, whatever a header filter says.
  if (cors !== undefined) response.push(corsChange(cors));
  const edit = compileHeaderChanges(response);
  return Object.freeze({
    request: compileHeaderChanges(request),
    response: edit,
    rewriteHost,
    rewritePath,
    cors: cors && new CorsProgram(cors, edit!),
    mirrors: mirrors.length > 0 ? mirrors : undefined,
  });
}
