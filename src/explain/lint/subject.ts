import type { Listener, Route } from '../../ir/index.ts';
import { type HTTPRoute, type ObjectRef, refKey, refOf } from '../../resources/index.ts';
import type { RouteView } from '../../translate/index.ts';
import type { ConfigView } from '../config-view.ts';

/** What rules look at, worked out once for all of them. */
export interface LintSubject extends Pick<ConfigView, 'units' | 'objects' | 'get'> {
  /** Those that are for a Gateway, and not only for ones of other controllers; by namespace and name. */
  readonly routes: readonly LintedRoute[];
  /** As attached, each to one Gateway. */
  readonly attached: readonly Route[];
  /** By name. */
  readonly listeners: ReadonlyMap<string, Listener>;
  /** Names of the objects of a kind in a namespace. */
  names(kind: string, namespace: string): readonly string[];
  /** `file:line` of an object, or of a field of it; its name where that is not known. */
  placeOf(object: ObjectRef, path?: string): string;
}

export interface LintedRoute {
  readonly object: ObjectRef;
  readonly spec: HTTPRoute['spec'];
  readonly view: RouteView;
}

export function subjectOf(view: ConfigView): LintSubject {
  const { units, objects } = view;
  const names = Map.groupBy(objects.map(refOf), ({ kind, namespace }) => `${kind}/${namespace}`);
  return {
    units,
    objects,
    get: view.get,
    routes: lintedRoutes(view, objects),
    attached: units.filter(unit => unit.kind === 'Route'),
    listeners: new Map(units.filter(unit => unit.kind === 'Listener').map(unit => [unit.name, unit])),
    names: (kind, namespace) => (names.get(`${kind}/${namespace}`) ?? []).map(({ name }) => name),
    placeOf(object, path) {
      const location = view.locate(object, path);
      return location ? `${location.file}:${location.line}` : `${refKey(object)}${path ? ` ${path}` : ''}`;
    },
  };
}

function lintedRoutes(view: ConfigView, objects: LintSubject['objects']): readonly LintedRoute[] {
  const routes = objects.filter(object => object.kind === 'HTTPRoute');
  const specs = new Map(routes.map(route => [refKey(refOf(route)), route.spec]));
  return view.routes.flatMap(route => {
    const spec = specs.get(refKey(route.object));
    return spec && !isOfMesh(spec) && !isForeign(route, view) ? { object: route.object, spec, view: route } : [];
  });
}

/** GAMMA: its parents are Services, and what is left out means something else. */
function isOfMesh({ parentRefs = [] }: HTTPRoute['spec']): boolean {
  return parentRefs.length > 0 && parentRefs.every(({ kind }) => kind !== 'Gateway' && kind !== 'ListenerSet');
}

/** Every Gateway or ListenerSet that it names is there, and none is ours. */
function isForeign({ parents }: RouteView, view: Pick<ConfigView, 'get'>): boolean {
  return parents.length > 0 && parents.every(parent => isForeignGateway(parent, view));
}

function isForeignGateway(
  { gateway, listeners, refused }: RouteView['parents'][number],
  view: Pick<ConfigView, 'get'>,
) {
  const [namespace = '', name = ''] = gateway.split('/');
  const exists = (kind: string) => view.get({ kind, namespace, name }) !== undefined;
  return listeners.length === 0 && !refused && (exists('Gateway') || exists('ListenerSet'));
}
