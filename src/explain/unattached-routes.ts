import type { Socket } from '../probe/index.ts';
import type { Gateway, ListenerSpec, ObjectRef, ParentReference } from '../resources/index.ts';
import type { RequestLine, Tracer } from '../router/index.ts';
import type { ParentView, RouteView } from '../translate/index.ts';
import type { ConfigView } from './config-view.ts';
import type { Cause } from './explanation.ts';
import { isAbout, objectWords } from './object-words.ts';
import { placeOf } from './place.ts';
import { writtenRoute } from './written-route.ts';

const MOST = 3;

/** Routes that no listener took. */
export function lostRoutes(view: ConfigView): readonly RouteView[] {
  return view.routes.filter(({ parents }) => parents.every(({ listeners }) => listeners.length === 0));
}

/** Rules of `lost` routes that are for the request. */
export function unattachedRoutes(
  view: ConfigView,
  lost: readonly RouteView[],
  tracer: Tracer,
  { line, socket }: { readonly line: RequestLine; readonly socket: Socket },
): readonly Cause[] {
  const found: Cause[] = [];
  for (const route of lost) {
    if (found.length >= MOST) break;
    const rule = route.rules.find(({ matches }) => holdsIn(route, matches, tracer, line));
    if (rule) found.push(...refusals(view, route, rule.index, socket));
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

function refusals(view: ConfigView, route: RouteView, rule: number, socket: Socket): readonly Cause[] {
  const { object, parents } = route;
  const head = `${objectWords(object)} rule ${rule} is for this request, but no listener took the route`;
  if (parents.length === 0) {
    return [withFix(view, object, 'spec', { message: `${head}: it names no Gateway in spec.parentRefs` })];
  }
  return parents
    .filter(parent => isMeantFor(view, object, parent, socket))
    .map(parent => {
      const message = `${head}: ${whyRefused(view, object, parent)}`;
      return withFix(view, object, parent.path, { message, ...placeOf(view, object, parent.path) });
    });
}

/** What names another listener, or the Gateway of another port, is no reason here; what names nothing that there is may be. */
function isMeantFor(
  view: ConfigView,
  object: ObjectRef,
  { gateway, path }: ParentView,
  { listeners }: Socket,
): boolean {
  const [namespace = '', own = ''] = gateway.split('/');
  const found = view.get({ kind: 'Gateway', namespace, name: own });
  if (found?.kind !== 'Gateway') return true;
  if (!listeners.some(listener => listener.gateway === gateway)) return false;
  const { sectionName, port } = parentRefAt(view, object, path);
  const there = (found as Gateway).spec.listeners.filter(each => isNamed(each, sectionName, port));
  return there.length === 0 || there.some(each => listeners.some(({ section }) => section === each.name));
}

function parentRefAt(view: ConfigView, object: ObjectRef, path: string): Partial<ParentReference> {
  const index = Number(/\[(\d+)\]$/.exec(path)?.[1]);
  return writtenRoute(view, object)?.spec.parentRefs?.[index] ?? {};
}

function isNamed(
  { name: own, port }: ListenerSpec,
  sectionName: string | undefined,
  wanted: number | undefined,
): boolean {
  return (sectionName === undefined || sectionName === own) && (wanted === undefined || wanted === port);
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
