import type { Socket } from '../probe/index.ts';
import type { ObjectRef } from '../resources/index.ts';
import type { Loser, RequestLine, Tracer } from '../router/index.ts';
import type { ConfigView } from './config-view.ts';
import type { Cause } from './explanation.ts';
import { placeOfMatch, routeObject } from './losers.ts';
import { adviceOn, sayMiss } from './match-words.ts';
import { misspeltHostnames } from './misspelt-hostname.ts';
import { isAbout, objectWords } from './object-words.ts';
import { sourceAt } from './place.ts';
import { lostRoutes, unattachedRoutes } from './unattached-routes.ts';

const MOST_NEAR = 5;
const MOST_MISSPELT = 3;
const MOST_UNREADABLE = 3;

/** Why no rule got a request, the most probable reason first. */
export function causesOfNone(
  view: ConfigView,
  tracer: Tracer,
  line: RequestLine,
  { losers, socket }: { readonly losers: readonly Loser[]; readonly socket: Socket },
): readonly Cause[] {
  const near = losers.slice(0, MOST_NEAR).map(loser => nearMiss(view, loser));
  const almost = losers[0]?.misses.length === 1 && near[0]?.fix !== undefined ? 1 : 0;
  const lost = lostRoutes(view);
  return [
    ...unattachedRoutes(view, lost, tracer, { line, socket }),
    ...misspeltHostnames(view, lost, tracer, line).slice(0, MOST_MISSPELT),
    ...near.slice(0, almost),
    ...unreadable(view, ROUTING),
    ...near.slice(almost),
    ...(losers.length === 0 ? [{ message: 'no route stands at this port' }] : []),
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

/** Documents and objects of some kinds that could not be read, and so take no part. */
export function unreadable(view: ConfigView, kinds: ReadonlySet<string>): readonly Cause[] {
  const errors = view.problems.filter(({ severity, object }) => {
    return severity === 'error' && (object === undefined || (kinds.has(object.kind) && !view.get(object)));
  });
  return errors.slice(0, MOST_UNREADABLE).map(problem => {
    const { object, message, path = '', fix } = problem;
    const what = object ? `${objectWords(object)} could not be read: ` : '';
    return {
      message: `${what}${path === '' ? '' : `${path}: `}${message}`,
      ...sourceAt(problem.location),
      ...(fix !== undefined && { fix }),
    };
  });
}

/** What says whose a request is. */
export const ROUTING: ReadonlySet<string> = new Set([
  'HTTPRoute',
  'GRPCRoute',
  'Gateway',
  'ListenerSet',
  'GatewayClass',
]);
/** What a rule refers to. */
const REFERRED: ReadonlySet<string> = new Set(['Service', 'ReferenceGrant', 'DirectResponse']);

/** What is wrong with a rule that answers 500; what can't be found may be what could not be read. */
export function causesOfFailure(view: ConfigView, object: ObjectRef, rule: number): readonly Cause[] {
  const own = view.problems.filter(problem => isAbout(problem, object) && isBelow(problem.path, `spec.rules[${rule}]`));
  const told = own.map(problem => {
    const { message, path, fix } = problem;
    return { message: `${path}: ${message}`, ...sourceAt(problem.location), ...(fix !== undefined && { fix }) };
  });
  return told.length === 0 ? [] : [...told, ...unreadable(view, REFERRED)];
}

export function isBelow(path: string | undefined, parent: string): boolean {
  return path === parent || path?.startsWith(`${parent}.`) === true;
}
