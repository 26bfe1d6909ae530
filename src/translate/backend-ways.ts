import { Derived, type Graph, IndexBy, type Read } from '../collections/index.ts';
import type { Inputs } from './inputs.ts';
import type { CertificateSources } from './resolve/certificate-refs.ts';
import { viewService } from './resolve/services.ts';
import { viewPolicy } from './resolve/tls-policies.ts';
import type { WaySources } from './resolve/ways.ts';
import { viewXBackend } from './resolve/x-backends.ts';

export type BackendWays = ReturnType<typeof backendWays>;

/** What is known of the ways to backends: Services, their policies, XBackends. */
export function backendWays(
  graph: Graph,
  inputs: Inputs,
  sources: (read: Read) => CertificateSources,
  alike: (a: unknown, b: unknown) => boolean,
) {
  const services = new Derived(graph, inputs.services, viewService, alike);
  const serviceImports = new Derived(graph, inputs.serviceImports, viewService, alike);
  const policies = new Derived(
    graph,
    inputs.backendTLSPolicies,
    (policy, _, read) => viewPolicy(policy, sources(read).authorities),
    alike,
  );
  const policiesOf = new IndexBy(graph, policies, ({ targets }) => targets.map(({ service }) => service));
  const xBackends = new Derived(
    graph,
    inputs.xBackends,
    (backend, _, read) => viewXBackend(backend, sources(read)),
    alike,
  );

  return {
    services,
    policies,
    xBackends,
    waySources: (read: Read): WaySources => ({
      service: (kind, key) => read(kind === 'Service' ? services : serviceImports, key),
      xBackend: key => read(xBackends, key),
      policies: service => present(read(policiesOf, service), key => read(policies, key)),
    }),
  };
}

function present<T>(keys: readonly string[] | undefined, get: (key: string) => T | undefined): readonly T[] {
  return (keys ?? []).flatMap(key => get(key) ?? []);
}
