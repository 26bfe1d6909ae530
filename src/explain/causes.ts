import type { ObjectRef, Problem } from '../resources/index.ts';
import type { Loser, RequestLine, Tracer } from '../router/index.ts';
import type { ParentView, RouteView } from '../translate/index.ts';
import type { ConfigView } from './config-view.ts';
import type { Cause } from './explanation.ts';
import { placeOfMatch, routeObject } from './losers.ts';
import { adviceOn, sayMiss } from './match-words.ts';
import { misspeltHostnames } from './misspelt-hostname.ts';
import { placeOf } from './place.ts';

const MOST_NEAR = 5;
const MOST_UNATTACHED = 3;
const MOST_UNREADABLE = 3;

/** Why no rule got a request, the most probable reason first. */
export function causesOfNone(
  view: ConfigView,
  tracer: Tracer,
  line: RequestLine,
  losers: readonly Loser[],
): readonly Cause[] {
  const near = losers.slice(0, MOST_NEAR).map(loser => nearMiss(view, loser));
  const almost = losers[0]?.misses.length === 1 && near[0]?.fix !== undefined ? 1 : 0;
  return [
    ...unattached(view, tracer, line),
    ...misspeltHostnames(view, tracer, line).slice(0, MOST_UNATTACHED),
    ...near.slice(0, almost),
    ...unreadable(view),
    ...near.slice(almost),
  ];
}

function nearMiss(view: ConfigView, { entry, misses }: Loser): Cause {
  const { kind } = routeObject(entry);
  const where = `${kind} ${entry.route.route} rule ${entry.rule.index} match ${entry.matchIndex}`;
  const advice = misses.map(adviceOn).filter(text => text !== undefined);
  return {
    message: `${where} misses by: ${misses.map(sayMiss).join('; ')}`,
    ...placeOfMatch(view, entry),
    ...(advice.length > 0 && { fix: advice.join('; ') }),
  };
}

/** Rules that are for the request, of routes that no listener took. */
function unattached(view: ConfigView, tracer: Tracer, line: RequestLine): readonly Cause[] {
  const found: Cause[] = [];
  for (const route of view.routes) {
    if (found.length >= MOST_UNATTACHED) break;
    if (route.parents.some(({ listeners }) => listeners.length > 0)) continue;
    const rule = route.rules.find(({ matches }) => holdsIn(route, matches, tracer, line));
    if (rule) found.push(...refusals(view, route, rule.index));
  }
  return found;
}

function holdsIn(
  { hostnames }: RouteView,
  matches: RouteView['rules'][number]['matches'],
  tracer: Tracer,
  line: RequestLine,
): boolean {
  const names = hostnames.length > 0 ? hostnames : ['*'];
  return names.some(name =>
    matches.some(match => tracer.judge({ hostname: name.toLowerCase(), match }, line).length === 0),
  );
}

function refusals(view: ConfigView, route: RouteView, rule: number): readonly Cause[] {
  const { object, parents } = route;
  const head = `${name(object)} rule ${rule} is for this request, but no listener took the route`;
  if (parents.length === 0) {
    return [withFix(view, object, 'spec', { message: `${head}: it names no Gateway in spec.parentRefs` })];
  }
  return parents.map(parent => {
    const message = `${head}: ${whyRefused(view, object, parent)}`;
    return withFix(view, object, parent.path, { message, ...placeOf(view, object, parent.path) });
  });
}

function whyRefused(view: ConfigView, object: ObjectRef, { gateway, refused, path }: ParentView): string {
  if (refused) return `${refused.message} (${refused.reason})`;
  const problem = view.problems.find(each => isAbout(each, object) && each.path?.startsWith(path));
  return problem?.message ?? `Gateway ${gateway} is not there, or not ours`;
}

/** What would mend it, as the problem at that place says. */
function withFix(view: ConfigView, object: ObjectRef, path: string, cause: Cause): Cause {
  const problem = view.problems.find(each => isAbout(each, object) && each.path?.startsWith(path) && each.fix);
  return problem?.fix === undefined ? cause : { ...cause, fix: problem.fix };
}

/** Routes and Gateways that could not be read, and so take no part. */
export function unreadable(view: ConfigView): readonly Cause[] {
  const errors = view.problems.filter(({ severity, object }) => {
    return severity === 'error' && (object === undefined || (CONCERNED.has(object.kind) && !view.get(object)));
  });
  return errors.slice(0, MOST_UNREADABLE).map(problem => {
    const { object, message, path = '', fix } = problem;
    const what = object ? `${name(object)} could not be read: ` : '';
    return {
      message: `${what}${path === '' ? '' : `${path}: `}${message}`,
      ...sourceOf(problem),
      ...(fix !== undefined && { fix }),
    };
  });
}

const CONCERNED: ReadonlySet<string> = new Set(['HTTPRoute', 'Gateway', 'GatewayClass']);

/** What is wrong with a rule that answers 500. */
export function causesOfFailure(view: ConfigView, object: ObjectRef, rule: number): readonly Cause[] {
  const own = view.problems.filter(problem => isAbout(problem, object) && isBelow(problem.path, `spec.rules[${rule}]`));
  return own.map(problem => {
    const { message, path, fix } = problem;
    return { message: `${path}: ${message}`, ...sourceOf(problem), ...(fix !== undefined && { fix }) };
  });
}

export function isBelow(path: string | undefined, parent: string): boolean {
  return path === parent || path?.startsWith(`${parent}.`) === true;
}

export function sourceOf({ location }: Pick<Problem, 'location'>): { readonly source?: string } {
  return location ? { source: `${location.file}:${location.line}` } : {};
}

export function isAbout({ object }: Pick<Problem, 'object'>, { kind, namespace, name: own }: ObjectRef): boolean {
  return object?.kind === kind && object.namespace === namespace && object.name === own;
}

export function name({ kind, namespace, name: own }: ObjectRef): string {
  return namespace === '' ? `${kind} ${own}` : `${kind} ${namespace}/${own}`;
}
