import type { Filter, HeaderChange, PathChange } from '../../ir/index.ts';
import { compileHeaderChanges, type HeaderEdit } from './header-edit.ts';

/** What the filters of a rule, or of a rule and one of its backends, do; made when the configuration changes. */
export interface FilterProgram {
  readonly request: HeaderEdit | undefined;
  readonly response: HeaderEdit | undefined;
  /** Replaces the value of Host. */
  readonly rewriteHost: string | undefined;
  readonly rewritePath: PathChange | undefined;
}

const EMPTY: FilterProgram = Object.freeze({
  request: undefined,
  response: undefined,
  rewriteHost: undefined,
  rewritePath: undefined,
});

/** Filters in their order as one program; for a backend with filters of its own give `[...rule, ...backend]`. */
export function compileFilters(filters: readonly Filter[]): FilterProgram {
  if (filters.length === 0) return EMPTY;
  const request: HeaderChange[] = [];
  const response: HeaderChange[] = [];
  let rewriteHost: string | undefined;
  let rewritePath: PathChange | undefined;
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
      default:
        filter satisfies never;
    }
  }
  return Object.freeze({
    request: compileHeaderChanges(request),
    response: compileHeaderChanges(response),
    rewriteHost,
    rewritePath,
  });
}
