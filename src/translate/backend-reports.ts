import { Derived, type Graph, IndexBy, type Read, type Source } from '../collections/index.ts';
import type { Parent } from './attach/parent-refs.ts';
import type { BackendWays } from './backend-ways.ts';
import type { Inputs } from './inputs.ts';
import type { CertificateSources } from './resolve/certificate-refs.ts';
import { type ReachingGateway, reachedBy } from './routes/reached.ts';
import { reportPolicy } from './status/policy-status.ts';
import { reportTrafficPolicy } from './status/traffic-policy-status.ts';
import { reportXBackend } from './status/x-backend-status.ts';

interface Surroundings {
  readonly attachments: Source<readonly Parent[]>;
  readonly sources: (read: Read) => CertificateSources;
}

type Reaching = ReachingGateway & { readonly ports: readonly number[] };

/** Reports about what says how backends are reached: to each Gateway whose routes go there. */
export function backendReports(
  graph: Graph,
  inputs: Inputs,
  ways: BackendWays,
  { attachments, sources }: Surroundings,
  alike: (a: unknown, b: unknown) => boolean,
) {
  const reached = new Derived(
    graph,
    inputs.routes,
    (route, key, read) => reachedBy(route, read(attachments, key) ?? [], sources(read).permitted),
    alike,
  );
  const users = new IndexBy(graph, reached, ({ backends }) => backends.map(({ object }) => object));

  function reaching(object: string, read: Read): readonly Reaching[] {
    const all = (read(users, object) ?? []).flatMap(route => {
      const { backends = [], gateways = [] } = read(reached, route) ?? {};
      const ports = backends.find(each => each.object === object)?.ports ?? [];
      return gateways.map(gateway => ({ ...gateway, ports }));
    });
    const joined = [...Map.groupBy(all, ({ gateway }) => gateway).values()].map(same => ({
      ...same[0]!,
      ports: [...new Set(same.flatMap(({ ports }) => ports))],
    }));
    return joined.sort((a, b) => (a.gateway < b.gateway ? -1 : 1));
  }

  const policyReports = new Derived(
    graph,
    inputs.backendTLSPolicies,
    (policy, key, read) => {
      const { service, policies } = ways.waySources(read);
      return reportPolicy(policy, read(ways.policies, key)!, {
        service: each => service('Service', each),
        policies,
        reaching: each => reaching(`Service/${each}`, read),
      });
    },
    alike,
  );
  const xBackendReports = new Derived(
    graph,
    inputs.xBackends,
    (backend, key, read) => reportXBackend(backend, read(ways.xBackends, key)!, reaching(`XBackend/${key}`, read)),
    alike,
  );
  const trafficReports = new Derived(
    graph,
    inputs.trafficPolicies,
    (policy, _, read) => {
      const targets = policy.spec.targetRefs.map(({ kind, name }) => `${kind}/${policy.metadata.namespace}/${name}`);
      const all = targets.flatMap(target => reaching(target, read));
      const byGateway = new Map(all.map(each => [each.gateway, each]));
      return reportTrafficPolicy(
        policy,
        [...byGateway.values()].sort((a, b) => (a.gateway < b.gateway ? -1 : 1)),
      );
    },
    alike,
  );
  return { policyReports, xBackendReports, trafficReports };
}
