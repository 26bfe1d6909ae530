import { Derived, type Graph, IndexBy, type Read, type Source } from '../collections/index.ts';
import type { Listener } from '../ir/index.ts';
import { nameKey, refKey } from '../resources/index.ts';
import { namespaceLabels } from './attach/allowed-routes.ts';
import { familyOf } from './attach/conflicts.ts';
import type { FrontendView } from './attach/frontend-validation.ts';
import type { ForeignGateway, GatewayView } from './attach/gateways.ts';
import { commonHostname } from './attach/hostnames.ts';
import { type ForeignSet, type ListenerSetView, termsOf, viewListenerSet } from './attach/listener-sets.ts';
import { listenerUnits } from './attach/listener-units.ts';
import type { ListenerView } from './attach/listeners.ts';
import { claimOf, claimsOf, overlapKeys, withConflicts } from './attach/set-conflicts.ts';
import type { Inputs } from './inputs.ts';
import type { CertificateSources } from './resolve/certificate-refs.ts';

/** What ListenerSets are understood by. */
export interface SetSurroundings {
  readonly gateways: Source<GatewayView | ForeignGateway>;
  readonly frontends: Source<FrontendView>;
  /** Of namespaces, by `/name`. */
  readonly labels: Source<Readonly<Record<string, string>>>;
  certificateSources(read: Read): CertificateSources;
}

/** ListenerSets by `namespace/name`. */
export interface ListenerSets {
  /** With their conflicts. */
  readonly sets: Source<ListenerSetView | ForeignSet>;
  /** What is served of each. */
  readonly units: Source<readonly Listener[]>;
  /** Whether hostnames of another listener with TLS on its port overlap with those of a listener (GEP-3567), among those of sets. */
  overlapsSets(gateway: string, listener: ListenerView, read: Read): boolean;
  /** The same, among the Gateway's own. */
  overlapsGateway(gateway: string, listener: ListenerView, read: Read): boolean;
  /** How often the listeners of a set were looked at, and how often their conflicts were. */
  readonly work: { readonly viewed: number; readonly compared: number };
}

/**
 * The listeners that sets add to Gateways. Each set is understood by itself and by the terms of its Gateway; whether another comes
 * before it is looked up by what its listeners want (a port for a protocol, a hostname on it), so a change of one set is felt by
 * those that want the same and by nobody else.
 */
export function listenerSets(
  graph: Graph,
  inputs: Pick<Inputs, 'listenerSets' | 'gateways' | 'unread'>,
  { gateways, frontends, labels, certificateSources }: SetSurroundings,
  alike: (a: unknown, b: unknown) => boolean,
): ListenerSets {
  const terms = new Derived(graph, gateways, termsOf, alike);
  const alone = new Derived(
    graph,
    inputs.listenerSets,
    (set, _, read) =>
      viewListenerSet(set, {
        sources: certificateSources(read),
        terms: gateway => read(terms, gateway),
        frontend: gateway => read(frontends, gateway),
        labelsOf: namespace => namespaceLabels(namespace, read(labels, `/${namespace}`)),
        whyForeign: gateway => {
          if (read(inputs.gateways, nameKey(gateway.namespace, gateway.name))) return 'another-controller';
          return read(inputs.unread, refKey(gateway)) ? 'unread' : 'not-found';
        },
      }),
    alike,
  );
  const claims = new Derived(graph, alone, set => (set.kind === 'ours' ? claimsOf(set) : {}), alike);
  const claimants = new IndexBy(graph, claims, Object.keys);
  const firsts = new Derived(graph, claimants, (sets, wanted, read) => {
    let first: string | undefined;
    for (const set of sets) {
      const place = read(claims, set)?.[wanted];
      if (place !== undefined && (first === undefined || place < first)) first = place;
    }
    return first;
  });
  const sets = new Derived(
    graph,
    alone,
    (set, _, read): ListenerSetView | ForeignSet =>
      set.kind === 'foreign'
        ? set
        : withConflicts(set, read(terms, set.gateway)?.claims ?? [], wanted => read(firsts, wanted)),
    alike,
  );
  const units = new Derived(graph, sets, set => (set.kind === 'ours' ? listenerUnits(set) : []), alike);
  return {
    sets,
    units,
    overlapsSets(gateway, listener, read) {
      const claim = claimOf(listener);
      if (claim?.family !== 'tls' || listener.accepted.status === 'False') return false;
      return overlapKeys(gateway, claim).some(key => read(firsts, key) !== undefined);
    },
    overlapsGateway(gateway, listener, read) {
      if (familyOf(listener) !== 'tls' || listener.accepted.status === 'False') return false;
      const held = read(terms, gateway)?.claims ?? [];
      return held.some(
        ({ family, port, hostname }) =>
          family === 'tls' && port === listener.port && commonHostname(hostname, listener.hostname) !== undefined,
      );
    },
    get work() {
      return { viewed: alone.computed, compared: sets.computed };
    },
  };
}
