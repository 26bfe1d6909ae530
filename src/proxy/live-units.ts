import type { Delta } from '../ir/index.ts';
import type { Router } from '../router/index.ts';
import type { Core } from './core.ts';
import type { Plan } from './plan.ts';
import { retireSeries } from './retire-series.ts';
import { retireTransport } from './transport/retire-transport.ts';
import type { Clusters } from './upstream/clusters.ts';

/** Lets everything but sockets be as `delta` says, in this turn. `cells`: of the endpoints that it lists, see `shared/`. */
export function obey(core: Core, router: Router<Plan>, delta: Delta, cells: Int32Array): void {
  core.lane.listing(delta.upserts, cells, () => applyClusters(core.clusters, delta));
  core.tls.apply(delta);
  takeSessionKeys(core, delta);
  renewSecrets(core.clusters, delta);
  retireSeries(core.metrics, delta);
  retireTransport(core.transport, delta);
  router.apply(delta);
  core.transport.version++;
}

/** Where they go, the last ones hold on: what they sealed is out there. */
function takeSessionKeys(core: Core, { upserts }: Delta): void {
  for (const unit of upserts) {
    if (unit.kind !== 'Secret' || unit.content.kind !== 'sessionKeys') continue;
    const [first, ...others] = unit.content.keys.map(key => Buffer.from(key, 'base64'));
    if (first === undefined) continue;
    core.tokens.use([first, ...others]);
    core.tls.useTicketSecret(first);
  }
}

function renewSecrets(clusters: Clusters, { upserts, removals }: Delta): void {
  const secrets = [...upserts, ...removals].filter(({ kind }) => kind === 'Secret');
  if (secrets.length > 0) clusters.renewSecrets(new Set(secrets.map(({ name }) => name)));
}

function applyClusters(clusters: Clusters, { upserts, removals }: Delta): void {
  for (const unit of upserts) if (unit.kind === 'Backend' || unit.kind === 'Endpoints') clusters.upsert(unit);
  for (const { kind, name } of removals) if (kind === 'Backend' || kind === 'Endpoints') clusters.remove(kind, name);
}
