import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, healthPages, openAdmin } from '../admin/index.ts';
import { createServedGateway, type ServedOptions, StartError } from '../gateway/index.ts';
import { within } from '../proxy/index.ts';
import { createHub, type HubOptions } from '../stream/index.ts';
import { createClassFinalizer } from './class-finalizer.ts';
import type { Controller } from './controller.ts';
import { createAdmission } from './distribution/admission.ts';
import { createRefusals } from './distribution/refusals.ts';
import { createRemotePlane } from './distribution/remote-plane.ts';
import { type ClusterOptions, createFollowedCluster } from './followed-cluster.ts';
import { createIdentity } from './identity/create-identity.ts';
import { controllerHost } from './identity/names.ts';
import { createTokenReviewer } from './identity/token-review.ts';
import { createObjectEvents } from './object-events/object-events.ts';
import { createProvisioner } from './provision/create-provisioner.ts';
import type { DataPlaneSpec } from './provision/data-plane-spec.ts';
import { render } from './provision/render/render.ts';

export interface DistributingOptions extends ClusterOptions, Pick<ServedOptions, 'admin' | 'privateNames' | 'began'> {
  /** The controller's own: its credentials are kept there, and merged data planes run there. */
  readonly namespace: string;
  /** Where proxies are listened for; port 0: the system chooses. */
  readonly listen: { readonly host: string; readonly port: number };
  /** `HOST:PORT` that proxies are told to dial. */
  readonly address: string;
  /** Of proxies whose SluiceProxy names none. */
  readonly image: string;
  /** Where probes ask; absent: nowhere. */
  readonly health?: { readonly host: string; readonly port: number };
  /** In ms, for tests: see {@link HubOptions}, and how long a new leader waits for proxies to come back before it writes. */
  readonly times?: Pick<HubOptions, 'silentAfter' | 'heartbeat'> & { readonly gathering?: number };
}

/** In ms. */
const GATHERING = 5_000;
const READING = 10_000;
const LOOK_AGAIN = 25;
/** Proxies have a configuration, and would lose all routes for a kind that fails for some seconds. */
const PATIENCE = 30_000;

/**
 * A controller whose data planes are pods of their own. All replicas follow the API server and know every configuration; the
 * one that holds the Lease provisions, has the proxies, and writes.
 */
export function createDistributingController(options: DistributingOptions): Controller {
  const { client, controllerName, namespace, times = {} } = options;
  const identity = createIdentity({
    client,
    namespace,
    names: [...new Set([hostOf(options.address), controllerHost(namespace)])],
    onChange: () => remote.renderAnew(),
    onProblems: () => remote.problemsChanged(),
  });
  const provisioner = createProvisioner({
    client,
    controllerName,
    render: spec =>
      render(spec, {
        controller: options.address,
        caBundle: identity.authorities(),
        image: options.image,
        namespace,
      }),
    // A Gateway that can't be seen is not gone.
    mayDelete: () => cluster.seesAll(),
    onFacts: key => remote.factsChanged(key),
    onProblems: () => remote.problemsChanged(),
    onMade: ({ gateways }, objects) => tellMade(gateways, objects),
  });
  const finalizer = createClassFinalizer({ client, controllerName, onProblems: () => remote.problemsChanged() });
  const events = createObjectEvents({
    client,
    reporter: { controller: controllerName, instance: options.lease.identity },
    identify: object => cluster.identify(object),
    onProblems: () => remote.problemsChanged(),
  });
  const reviewer = createTokenReviewer(client, () => remote.problemsChanged());
  const refusals = createRefusals({ tell: options.onEvent });
  const hub = createHub({
    ...options.listen,
    credentials: identity.credentials,
    admit: createAdmission({ review: reviewer.review, serves: scope => remote.serves(scope) }),
    onChange: scope => remote.proxiesChanged(scope),
    // Others send everybody away.
    onRefused: refusal => leads && refusals.take(refusal),
    ...(times.silentAfter !== undefined && { silentAfter: times.silentAfter }),
    ...(times.heartbeat !== undefined && { heartbeat: times.heartbeat }),
  });
  const remote = createRemotePlane({
    hub,
    provisioner,
    namespace,
    // Rights may be lacking: then what the cluster holds is never known.
    known: async () => void (await within(provisioner.synced(), READING)),
    sessionKeys: scope => identity.derive(`session keys of ${scope}`),
    problems: () => [identity, finalizer, events, reviewer].flatMap(each => each.problems()),
  });
  const cluster = createFollowedCluster({
    ...options,
    after: identity.ready(),
    patience: PATIENCE,
    observe: finalizer.observe,
    onComplete() {
      finalizer.complete();
      remote.wantAgain();
    },
    onLease,
    onEvent(event) {
      events.take(event);
      options.onEvent(event);
    },
  });
  const gateway = createServedGateway({
    ...cluster.serving,
    onStatus(object, status) {
      events.status(object, status);
      cluster.serving.onStatus(object, status);
    },
    metrics: () => cluster.serving.metrics() + refusals.metrics(),
    plane: remote.make,
    routableEndpoints: true,
    ...(options.admin && { admin: options.admin }),
    ...(options.privateNames !== undefined && { privateNames: options.privateNames }),
    ...(options.began !== undefined && { began: options.began }),
  });
  const live = Promise.withResolvers<void>();
  let health: Admin | undefined;
  let notReady: string | undefined = 'the cluster has not been read yet';
  /** Counts the times that the Lease came or went. */
  let term = 0;
  let leads = false;
  let ended = false;
  /** Proxies are here since it led, whether it leads now or nobody does. */
  let serves = false;

  function tellMade(gateways: DataPlaneSpec['gateways'], objects: readonly string[]): void {
    const text = `made ${objects.join(', ')}`;
    for (const { namespace, name } of gateways)
      events.tell({ kind: 'Gateway', namespace, name }, { type: 'Normal', reason: 'Provisioned', text });
  }

  function onLease(leading: boolean, holder?: string, address?: string): boolean {
    const now = ++term;
    leads = leading;
    identity.lead(leading);
    provisioner.lead(leading);
    finalizer.lead(leading);
    events.lead(leading);
    if (leading) {
      hub.admitting('open');
      void writeOnceGathered(now);
      serves = true;
      return true;
    }
    cluster.write(false);
    // Who lost the Lease to nobody is the best that proxies have.
    if (holder === undefined) return serves;
    serves = false;
    hub.admitting({ leader: address });
    return false;
  }

  /** What proxies acknowledged was told to the leader before; until they are back, statuses would take it away. */
  async function writeOnceGathered(at: number): Promise<void> {
    await live.promise;
    const end = performance.now() + (times.gathering ?? GATHERING);
    while (at === term && performance.now() < end && !remote.isGathered()) await pause(LOOK_AGAIN);
    await within(gateway.idle(), Math.max(0, end - performance.now()));
    if (at === term) cluster.write(true);
  }

  async function startHealth(): Promise<void> {
    if (!options.health) return;
    const { host, port } = options.health;
    const pages = healthPages({ notReady: () => notReady, metrics: gateway.metrics });
    health = await openAdmin(host, port, pages).catch(({ message }: Error) => {
      throw new StartError('AddressNotUsable', `probes can't be answered: ${message}`);
    });
  }

  async function startHub(): Promise<void> {
    await identity.ready();
    if (ended) return;
    cluster.follows();
    await hub.start().catch(({ message }: Error) => {
      throw new StartError('AddressNotUsable', `can't listen for proxies: ${message}`);
    });
  }

  return {
    async start() {
      hub.admitting({ leader: undefined });
      await startHealth();
      cluster.start();
      await Promise.all([startHub(), gateway.start()]);
      notReady = undefined;
      live.resolve();
      cluster.served();
    },
    async drain(deadline) {
      notReady = 'it is stopping';
      term++;
      await Promise.all([gateway.drain(deadline), cluster.resign()]);
    },
    async close() {
      term++;
      ended = true;
      await cluster.resign();
      await hub.close();
      await Promise.all([provisioner.close(), finalizer.close(), events.close()]);
      identity.close();
      await gateway.close();
      health?.close();
      cluster.close();
    },
  };
}

/** Of `HOST:PORT`; an IPv6 address without its brackets. */
function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
}
