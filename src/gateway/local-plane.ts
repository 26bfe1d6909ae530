import { createTailing, requestsPage } from '../admin/index.ts';
import {
  createPublisher,
  createWorkerSizing,
  deathOf,
  later,
  rejectionOf,
  silenceOf,
  unboundOf,
} from '../fleet/index.ts';
import type { Delta, Listener } from '../ir/index.ts';
import { type Applied, countWorkers, DEFAULT_PROXY_OPTIONS, mostWorkers, startWorker } from '../proxy/index.ts';
import type { Gateway, Problem, ProblemCode } from '../resources/index.ts';
import type { ServingOptions } from './options.ts';
import { addressesAsAsked } from './placement/address-plan.ts';
import { listenerEvents } from './placement/listener-places.ts';
import { mappedPorts, placementOf } from './placement/placement-status.ts';
import { createPlacer } from './placement/placer.ts';
import type { Plane, PlaneContext } from './plane.ts';

/** In ms. */
const REBIND_AFTER = 5_000;
const DRAIN_TIMEOUT = 10_000;

const NOTHING_SERVED: Problem = {
  severity: 'warning',
  code: 'NothingServed',
  message: 'no port is served: there is no Gateway with a listener that can be',
};

/** Worker threads of this process; ports are tried until they are had. */
export function createLocalPlane(
  options: ServingOptions,
  { onChange, onProblems }: Pick<PlaneContext, 'onChange' | 'onProblems'>,
): Plane {
  const { listen = '127.0.0.1', addresses = addressesAsAsked(listen), workers = 1 } = options;
  const placer = createPlacer({ map: options.map ?? new Map(), exact: options.exactPorts ?? false });
  const tailing = createTailing();
  const accidents = new Map<string, Problem>();
  let replaced: Applied[] = [];
  let planned: { readonly gateways: readonly Gateway[]; readonly listeners: readonly Listener[] } = {
    gateways: [],
    listeners: [],
  };
  /** Workers may lack sockets that others have. */
  let torn = false;
  let ending = false;

  const publisher = createPublisher({
    onStarted: tailing.join,
    onEnded: tailing.leave,
    workers: countWorkers(workers),
    most: mostWorkers(workers),
    ...(options.worker ? { first: options.worker } : {}),
    start: (memory, lane) => startWorker({ ...DEFAULT_PROXY_OPTIONS, ...options.proxy }, { memory, lane }),
    onDeath: (message, others) => accident('WorkerDied', deathOf(message, others)),
    onReplaced(applied, whole) {
      if (whole) accidents.delete('WorkerDied');
      replaced.push(applied);
      lookAtSockets();
    },
    onSilent(count) {
      if (count > 0) return accident('WorkerSilent', silenceOf(count));
      accidents.delete('WorkerSilent');
      onProblems();
    },
    onUnbound(failure) {
      accident('WorkerUnbound', unboundOf(failure));
      lookAgain();
    },
  });
  const rebinding = later(options.rebindAfter ?? REBIND_AFTER, () => !ending && lookAtSockets());
  const sizing = createWorkerSizing(workers, setWorkers);

  function lookAtSockets(): void {
    torn = true;
    onChange('sockets');
  }

  /** Nothing tells when a port is free, or an address has come to this machine. */
  function lookAgain(): void {
    const open = placer.places().every(place => place.bound !== undefined) && publisher.isWhole();
    if (!open && !ending) rebinding.ask();
  }

  function accident(code: ProblemCode, message: string): void {
    accidents.set(code, { severity: 'error', code, message });
    onProblems();
  }

  async function setWorkers(count: number): Promise<void> {
    if (!ending) await publisher.resize(count, options.drainTimeout ?? DRAIN_TIMEOUT);
  }

  /** It is as old as the controller: a certificate that OpenSSL refuses, mostly. */
  function rejected(): readonly Problem[] {
    const messages = publisher.rejections().map(rejectionOf);
    return messages.map(message => ({ severity: 'error', code: 'RejectedByProxy', message }));
  }

  function plan(): Delta {
    return placer.plan(addresses.assign(planned.gateways), planned.listeners);
  }

  /** A socket that can't be bound gets the next port of its list, until it has one or none is left. */
  async function apply(delta: Delta): Promise<void> {
    for (let next: Delta | undefined = delta; next && !isEmpty(next); ) {
      next = placer.report(await publisher.apply(next));
    }
  }

  async function take(delta: Delta): Promise<void> {
    await apply(delta);
    if (torn) {
      torn = false;
      await publisher.makeWhole();
    }
    if (publisher.isWhole()) accidents.delete('WorkerUnbound');
    lookAgain();
  }

  return {
    start() {
      publisher.start();
      sizing.start();
    },
    /** A new worker took the configuration; a socket that it could not bind again is looked for elsewhere. */
    async recover() {
      const reports = replaced;
      replaced = [];
      for (const applied of reports) {
        const next = placer.report(applied);
        if (next) await apply(next).then(() => apply(plan()));
      }
    },
    plan(gateways, listeners) {
      planned = { gateways, listeners };
      return plan();
    },
    publish(delta) {
      const done = take(delta);
      return { sent: done, taken: done };
    },
    placements(gateways) {
      const places = Map.groupBy(placer.places(), place => place.gateway);
      return new Map(
        addresses
          .assign(gateways)
          .map(fact => [fact.gateway, placementOf(fact, places.get(fact.gateway) ?? [])] as const),
      );
    },
    listeners: () => placer.places().flatMap(listenerEvents),
    problems() {
      const places = placer.places();
      return [
        ...mappedPorts(places),
        ...(places.length === 0 ? [NOTHING_SERVED] : []),
        ...accidents.values(),
        ...rejected(),
      ];
    },
    /** An affair of who starts the gateway, not of the Gateways that ask for no address. */
    unusable: () => placer.places().find(place => place.foreign && place.host === listen)?.reason,
    units: publisher.units,
    health: publisher.health,
    pages: { '/requests': requestsPage(tailing) },
    metrics: publisher.metrics,
    resize: sizing.resize,
    async drain(deadline) {
      ending = true;
      sizing.stop();
      await publisher.drain(deadline);
    },
    async close() {
      ending = true;
      sizing.stop();
      rebinding.stop();
      tailing.close();
      await publisher.close();
    },
  };
}

function isEmpty({ upserts, removals }: Delta): boolean {
  return upserts.length + removals.length === 0;
}
