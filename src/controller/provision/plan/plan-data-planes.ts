import type { Listener } from '../../../ir/index.ts';
import { byAge, type Gateway, keyOf } from '../../../resources/index.ts';
import type { GatewayView } from '../../../translate/index.ts';
import type { DataPlaneSpec, PlaneGateway } from '../data-plane-spec.ts';
import type { OwnerReference } from '../kube-object.ts';
import { type PlanePlace, placesOf } from './plane-place.ts';
import { planePorts } from './plane-ports.ts';

export interface PlanOptions {
  /** The controller's. */
  readonly namespace: string;
}

/**
 * The data planes that Gateways need: one each, one for all of a class whose mode is Merged, or the one that a Gateway names.
 * Pure; ordered as their oldest Gateways are.
 *
 * @param listeners those that are served
 */
export function planDataPlanes(
  views: readonly GatewayView[],
  listeners: readonly Listener[],
  { namespace }: PlanOptions,
): readonly DataPlaneSpec[] {
  const byGateway = Map.groupBy(listeners, listener => listener.gateway);
  const placed = views
    .toSorted((a, b) => byAge(a.gateway, b.gateway))
    .flatMap(view => placesOf(view, namespace).map(place => ({ view, place })));
  return [...Map.groupBy(placed, ({ place }) => place.scope).values()].map(group =>
    dataPlaneOf(
      group.map(({ view }) => view),
      group[0]!.place,
      gateway => byGateway.get(gateway) ?? [],
    ),
  );
}

/** @param views of one place, oldest first */
function dataPlaneOf(
  views: readonly GatewayView[],
  place: PlanePlace,
  listenersOf: (gateway: string) => readonly Listener[],
): DataPlaneSpec {
  const held = views.every(view => !view.accepted);
  const asking = views.filter(view => held || view.accepted);
  const gateways = views.filter(view => held || view.accepted || view.kept).map(({ gateway }) => gateway);
  const listeners = gateways.flatMap(gateway => listenersOf(keyOf(gateway)));
  return Object.freeze({
    ...place,
    gateways: gateways.map(gateway => identityOf(gateway, place)),
    ...ownerOf(place, views),
    ...infrastructureOf(place, gateways),
    ports: planePorts(gateways, listeners, place.parameters),
    addresses:
      place.mode === 'merged'
        ? []
        : (asking.map(({ gateway }) => gateway.spec.addresses ?? []).find(asked => asked.length > 0) ?? []),
    ...(held && { held }),
  });
}

function infrastructureOf(
  { mode }: PlanePlace,
  [first]: readonly Gateway[],
): Pick<DataPlaneSpec, 'labels' | 'annotations'> {
  const { labels = {}, annotations = {} } = (mode === 'dedicated' && first?.spec.infrastructure) || {};
  return { labels, annotations };
}

function ownerOf({ mode, className }: PlanePlace, [first]: readonly GatewayView[]): Pick<DataPlaneSpec, 'owner'> {
  const { name, uid } = first?.gateway.metadata ?? {};
  switch (mode) {
    case 'dedicated':
      return name !== undefined && uid !== undefined ? { owner: reference('Gateway', name, uid) } : {};
    case 'merged':
      return first?.classUid === undefined ? {} : { owner: reference('GatewayClass', className, first.classUid) };
    case 'unmanaged':
      return {};
  }
}

/** Without blockOwnerDeletion, for which clusters may ask the right to change the owner's finalizers. */
function reference(kind: string, name: string, uid: string): OwnerReference {
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind, name, uid, controller: true };
}

function identityOf({ metadata: { namespace, name, uid = '' }, spec }: Gateway, { mode }: PlanePlace): PlaneGateway {
  const asked = mode === 'merged' && spec.addresses && spec.addresses.length > 0 ? spec.addresses : undefined;
  return { namespace, name, uid, ...(asked && { asked }) };
}
