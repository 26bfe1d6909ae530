import type { RawObject } from '../../kubernetes/index.ts';
import { isProblemCode } from '../../resources/index.ts';
import { textAt, textsAt, valuesAt } from '../get/values-at.ts';
import type { ChosenObjects, StatusChoice } from './chosen-objects.ts';
import type { ClusterState } from './cluster-state.ts';

/** Something that is not as its author wants it. */
export interface Unhappy {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** A listener, or a parent of a route: `listener https`, `at Gateway default/web`. */
  readonly part?: string;
  /** `Programmed is False (AddressNotAssigned)`. */
  readonly state: string;
  /** What whoever wrote the status says. */
  readonly message: string;
  /** A command that tells more. */
  readonly help?: string;
}

/**
 * What the statuses of the chosen objects say is wrong, classes first, in the order in which one depends on the other. `logs`: how to
 * see what a controller that is late says.
 */
export function unhappyObjects(chosen: ChosenObjects, logs?: string): readonly Unhappy[] {
  const { classes, gateways, listenerSets, routes, policies } = chosen;
  return [...classes, ...gateways, ...listenerSets, ...routes, ...policies].flatMap(each => unhappyObject(each, logs));
}

function unhappyObject(object: RawObject, logs: string | undefined): readonly Unhappy[] {
  const parts = partsOf(object);
  const silent = parts.every(({ conditions }) => conditions.every(isUntold));
  if (silent) return [{ ...unsaid(object), ...(logs !== undefined && { help: logs }) }];
  const stale = isStale(object, parts) ? [{ ...outdated(object), ...(logs !== undefined && { help: logs }) }] : [];
  return [...stale, ...parts.flatMap(part => unhappyPart(object, part))];
}

/** Whoever asks of something that is not installed asks too early, or of the wrong cluster. */
export function missingClass(
  { objects }: ClusterState,
  { classes }: ChosenObjects,
  { class: name, controllerName }: StatusChoice,
): readonly Unhappy[] {
  if (classes.length > 0 || !objects.has('GatewayClass')) return [];
  const message =
    name === undefined
      ? `there is none of controller ${controllerName}, so nothing is served: is Sluice installed?`
      : 'there is no such class';
  const help = { help: 'sluice install --print | kubectl apply --server-side -f -' };
  return [{ kind: 'GatewayClass', name: name ?? '*', state: 'missing', message, ...(name === undefined && help) }];
}

interface Part {
  readonly name?: string;
  readonly conditions: readonly unknown[];
}

function partsOf(object: RawObject): readonly Part[] {
  return [
    { conditions: valuesAt(object, 'status.conditions[]') },
    ...valuesAt(object, 'status.listeners[]').map(own => partOf(`listener ${textAt(own, 'name') ?? ''}`, own)),
    ...valuesAt(object, 'status.parents[]').map(own => partOf(`at ${nameOfRef(own, 'parentRef')}`, own)),
    ...valuesAt(object, 'status.ancestors[]').map(own => partOf(`at ${nameOfRef(own, 'ancestorRef')}`, own)),
  ];
}

function partOf(name: string, value: unknown): Part {
  return { name, conditions: valuesAt(value, 'conditions[]') };
}

function nameOfRef(value: unknown, field: string): string {
  const part = (name: string) => textAt(value, `${field}.${name}`);
  const place = [part('namespace'), part('name')].filter(each => each !== undefined).join('/');
  const section = part('sectionName');
  return `${part('kind') ?? 'Gateway'} ${place}${section === undefined ? '' : ` listener ${section}`}`;
}

/** Conditions that are to be True, of all kinds; others that are to be so are extensions of some controller. */
const WANTED: readonly string[] = ['Accepted', 'Programmed', 'ResolvedRefs', 'SupportedVersion'];
/** Those that are not to be. */
const UNWANTED: readonly string[] = [
  'Conflicted',
  'OverlappingTLSConfig',
  'InsecureFrontendValidationMode',
  'PartiallyInvalid',
  'sluice.dev/Rejected',
];

function unhappyPart(object: RawObject, { name, conditions }: Part): readonly Unhappy[] {
  const bad = conditions.filter(condition => isBad(textAt(condition, 'type') ?? '', textAt(condition, 'status')));
  const alike = Map.groupBy(bad, each =>
    JSON.stringify(['status', 'reason', 'message'].map(field => textAt(each, field))),
  );
  return [...alike.values()].map(same => {
    const reason = textAt(same[0], 'reason') ?? '';
    return {
      ...refOf(object),
      ...(name !== undefined && { part: name }),
      state: `${textsAt({ same }, 'same[].type').join(', ')} ${same.length > 1 ? 'are' : 'is'} ${textAt(same[0], 'status') ?? 'Unknown'}${reason === '' ? '' : ` (${reason})`}`,
      message: textAt(same[0], 'message') ?? '',
      ...(isProblemCode(reason) && { help: `sluice check --explain ${reason}` }),
    };
  });
}

function isBad(type: string, status: string | undefined): boolean {
  return WANTED.includes(type) ? status !== 'True' : UNWANTED.includes(type) && status === 'True';
}

/** What the definitions of the API put into a status before any controller has seen the object. */
function isUntold(condition: unknown): boolean {
  return textAt(condition, 'status') === 'Unknown' && textAt(condition, 'reason') === 'Pending';
}

function unsaid(object: RawObject): Unhappy {
  const message = 'its status says nothing: no controller has taken it, or what it names is not there';
  return { ...refOf(object), state: 'unseen', message };
}

function isStale({ metadata: { generation = 0 } }: RawObject, parts: readonly Part[]): boolean {
  const seen = parts.flatMap(({ conditions }) => valuesAt({ conditions }, 'conditions[].observedGeneration'));
  return seen.some(each => typeof each === 'number' && each < generation);
}

function outdated(object: RawObject): Unhappy {
  const message = `its status is of an older generation than ${object.metadata.generation}: the last change was not judged yet`;
  return { ...refOf(object), state: 'outdated', message };
}

export function refOf({
  kind,
  metadata: { namespace, name },
}: RawObject): Pick<Unhappy, 'kind' | 'namespace' | 'name'> {
  return { kind, ...(namespace !== undefined && { namespace }), name };
}
