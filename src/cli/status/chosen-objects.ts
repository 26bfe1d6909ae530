import type { RawObject } from '../../kubernetes/index.ts';
import { isRecord } from '../../resources/index.ts';
import { textAt, textsAt, valuesAt } from '../get/values-at.ts';
import { type ClusterState, TOLD_KINDS } from './cluster-state.ts';

/** Whose objects are told. */
export interface StatusChoice {
  /** One class, of whatever controller; else all of `controllerName`. */
  readonly class: string | undefined;
  readonly controllerName: string;
}

/** What belongs to the classes that were asked for. */
export interface ChosenObjects {
  readonly classes: readonly RawObject[];
  readonly gateways: readonly RawObject[];
  readonly listenerSets: readonly RawObject[];
  /** Each with the entries of status.parents that controllers of these classes wrote. */
  readonly routes: readonly RawObject[];
  /** Each with such entries of status.ancestors, of which it has one. */
  readonly policies: readonly RawObject[];
}

export function chosenObjects(state: ClusterState, choice: StatusChoice): ChosenObjects {
  const known = of(state, 'GatewayClass');
  const classes = known.filter(each =>
    choice.class === undefined ? controllerOf(each) === choice.controllerName : each.metadata.name === choice.class,
  );
  const names = new Set(classes.map(({ metadata }) => metadata.name));
  const controllers = new Set(classes.map(controllerOf));
  const gateways = of(state, 'Gateway').filter(gateway => {
    const name = textAt(gateway, 'spec.gatewayClassName') ?? '';
    return names.has(name) || (choice.class === undefined && !known.some(({ metadata }) => metadata.name === name));
  });
  const listenerSets = of(state, 'ListenerSet').filter(set => isPart(set, valuesAt(set, 'spec.parentRef'), gateways));
  const parents = [...gateways, ...listenerSets];
  const routes = kindsLike(/Route$/)
    .flatMap(kind => of(state, kind))
    .map(route => withOwn(route, 'parents', controllers))
    .filter(route => saidOf(route, 'parents') || isPart(route, valuesAt(route, 'spec.parentRefs[]'), parents));
  const policies = kindsLike(/Policy$/)
    .flatMap(kind => of(state, kind))
    .map(policy => withOwn(policy, 'ancestors', controllers))
    .filter(policy => saidOf(policy, 'ancestors'));
  return { classes, gateways, listenerSets, routes, policies };
}

function of({ objects }: ClusterState, kind: string): readonly RawObject[] {
  return objects.get(kind) ?? [];
}

function kindsLike(pattern: RegExp): readonly string[] {
  return TOLD_KINDS.map(({ kind }) => kind).filter(kind => pattern.test(kind));
}

function controllerOf(gatewayClass: RawObject): string {
  return textAt(gatewayClass, 'spec.controllerName') ?? '';
}

/** Whether it names one of the parents. */
function isPart({ metadata }: RawObject, refs: readonly unknown[], parents: readonly RawObject[]): boolean {
  return refs.some(ref =>
    parents.some(
      ({ kind, metadata: own }) =>
        kind === (textAt(ref, 'kind') ?? 'Gateway') &&
        own.name === textAt(ref, 'name') &&
        own.namespace === (textAt(ref, 'namespace') ?? metadata.namespace),
    ),
  );
}

function saidOf(object: RawObject, field: 'parents' | 'ancestors'): boolean {
  return valuesAt(object, `status.${field}[]`).length > 0;
}

/** Without what controllers of other classes say. */
function withOwn(object: RawObject, field: 'parents' | 'ancestors', controllers: ReadonlySet<string>): RawObject {
  const entries = valuesAt(object, `status.${field}[]`).filter(entry =>
    textsAt(entry, 'controllerName').some(name => controllers.has(name)),
  );
  return { ...object, status: { ...(isRecord(object.status) ? object.status : {}), [field]: entries } };
}
