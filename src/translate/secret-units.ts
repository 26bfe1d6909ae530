import { Derived, type Graph, IndexBy, type Read, type Source } from '../collections/index.ts';
import type { Backend, Listener, Secret } from '../ir/index.ts';
import type { AuthoritiesView } from './resolve/authorities.ts';
import { type CertificateView, secretUnit } from './resolve/certificates.ts';
import { secretsOf } from './secrets-of.ts';

/** What units may need certificates and authorities for. */
export interface SecretUsers {
  readonly listeners: readonly Source<readonly Listener[]>[];
  readonly backends: Source<Backend>;
}

/** Keys go to data planes only where a unit that is served needs them, and a unit is made anew only where its content is another. */
export function secretUnits(
  graph: Graph,
  views: { readonly pairs: Source<CertificateView>; readonly authorities: Source<AuthoritiesView> },
  users: SecretUsers,
) {
  const needs = [
    ...users.listeners.map(each => new IndexBy(graph, each, units => units.flatMap(secretsOf))),
    new IndexBy(graph, users.backends, secretsOf),
  ];
  // Who needs one comes and goes; that somebody does stays.
  const needed = needs.map(each => new Derived(graph, each, () => true));

  function unitOf(view: CertificateView | AuthoritiesView, read: Read): Secret | undefined {
    if (view.fault !== undefined) return undefined;
    return needed.some(each => read(each, view.unit)) ? secretUnit(view) : undefined;
  }

  return {
    pairUnits: new Derived(graph, views.pairs, (view, _, read) => unitOf(view, read)),
    authorityUnits: new Derived(graph, views.authorities, (view, _, read) => unitOf(view, read)),
  };
}
