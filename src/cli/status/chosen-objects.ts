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
  /** And backends: each with such entries, of which it has one. */
  readonly policies: readonly RawObject[];
}

/** Of a status: what each controller says, of each parent. */
type EntryField = 'parents' | 'ancestors';

export function chosenObjects(state: ClusterState, choice: StatusChoice): ChosenObjects {
  const classes = of(state, 'GatewayClass').filter(each =>
    choice.class === undefined ? controllerOf(each) === choice.controllerName : each.metadata.name === choice.class,
  );
  const gateways = gatewaysOf(state, classes, choice.class === undefined);
  const listenerSets = of(state, 'ListenerSet').filter(isPartOf(gateways, 'spec.parentRef'));
  const controllers = new Set(classes.map(controllerOf));
  const isAttached = isPartOf([...gateways, ...listenerSets], 'spec.parentRefs[]');
  const told = (pattern: RegExp, field: EntryField) =>
    kindsLike(pattern).flatMap(kind => of(state, kind).map(object => withOwn(object, field, controllers)));
  return {
    classes,
    gateways,
    listenerSets,
    routes: told(/Route$/, 'parents').filter(route => saidOf(route, 'parents') || isAttached(route)),
    policies: [
      ...told(/Policy$/, 'ancestors').filter(policy => saidOf(policy, 'ancestors')),
      ...told(/^XBackend$/, 'parents').filter(backend => saidOf(backend, 'parents')),
    ],
  };
}

/** `lost`: also those of classes that are not there, which nobody serves. */
function gatewaysOf(state: ClusterState, classes: readonly RawObject[], lost: boolean): readonly RawObject[] {
  const known = new Set(of(state, 'GatewayClass').map(({ metadata }) => metadata.name));
  const chosen = new Set(classes.map(({ metadata }) => metadata.name));
  return of(state, 'Gateway').filter(gateway => {
    const name = textAt(gateway, 'spec.gatewayClassName') ?? '';
    return chosen.has(name) || (lost && !known.has(name));
  });
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

/** Whether an object names one of the parents at that path. */
function isPartOf(parents: readonly RawObject[], path: string): (object: RawObject) => boolean {
  const keys = new Set(parents.map(({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`));
  return object =>
    valuesAt(object, path).some(ref => {
      const namespace = textAt(ref, 'namespace') ?? object.metadata.namespace;
      return keys.has(`${textAt(ref, 'kind') ?? 'Gateway'}/${namespace}/${textAt(ref, 'name')}`);
    });
}

function saidOf(object: RawObject, field: EntryField): boolean {
  return valuesAt(object, `status.${field}[]`).length > 0;
}

/** Without what controllers of other classes say. */
function withOwn(object: RawObject, field: EntryField, controllers: ReadonlySet<string>): RawObject {
  const entries = valuesAt(object, `status.${field}[]`).filter(entry =>
    textsAt(entry, 'controllerName').some(name => controllers.has(name)),
  );
  return { ...object, status: { ...(isRecord(object.status) ? object.status : {}), [field]: entries } };
}
