import type { Mirror } from '../../ir/index.ts';
import type { HTTPFilter } from '../../resources/index.ts';
import { resolveBackend } from '../resolve/backend-refs.ts';
import { ruleFaults } from '../status/rule-faults.ts';
import type { FilterContext } from './filter-context.ts';

type RequestMirror = NonNullable<HTTPFilter['requestMirror']>;

/** A mirror whose backend can't be used is left out, and the route's ResolvedRefs says so: requests are served all the same. */
export function translateMirror(spec: RequestMirror, path: string, context: FilterContext): Mirror | undefined {
  const share = shareOf(spec, path, context);
  const resolution = resolveBackend(spec.backendRef, `${path}.backendRef`, context.route, context.references);
  if (resolution.kind === 'backend') return { kind: 'mirror', backend: resolution.backend, share };
  context.unresolved(resolution.verdict);
  return undefined;
}

/** Neither percent nor fraction: every request. */
function shareOf({ percent, fraction }: RequestMirror, path: string, { report }: FilterContext): number {
  const [numerator, denominator, field] = fraction
    ? [fraction.numerator, fraction.denominator, 'fraction']
    : [percent ?? 100, 100, 'percent'];
  const share = numerator / denominator;
  if (!(share >= 0 && share <= 1)) report(ruleFaults.share(`${path}.${field}`, numerator, denominator));
  return share;
}
