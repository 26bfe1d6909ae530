import type { AdminPages } from '../admin/index.ts';
import type { ConfigView } from '../explain/index.ts';
import type { Delta, Listener, Unit } from '../ir/index.ts';
import type { WorkerCount } from '../proxy/index.ts';
import type { Gateway, Problem } from '../resources/index.ts';
import type { Placement, Translator } from '../translate/index.ts';
import type { ListenerEvent } from './events.ts';

/** Where the configuration goes: worker threads of this process, or proxies elsewhere. */
export interface Plane {
  start(): void;
  /** Takes in what befell the sockets; called before the step that `onChange('sockets')` leads to. */
  recover(): Promise<void>;
  /** The Binds that change; asked when Listeners or Gateways did, and after `recover`. Gateways of ours, oldest first. */
  plan(gateways: readonly Gateway[], listeners: readonly Listener[]): Delta;
  /** Once in a step, even if nothing changes. */
  publish(delta: Delta): Published;
  /** By `namespace/name`; what is absent is not known yet. */
  placements(gateways: readonly Gateway[]): ReadonlyMap<string, Placement>;
  /** Where listeners are reached. */
  listeners(): readonly ListenerEvent[];
  problems(): readonly Problem[];
  /** Why nothing can be served at all, whatever the manifests say. */
  unusable(): string | undefined;
  /** The configuration that stands, in wire order. */
  units(): readonly Unit[];
  readonly health?: NonNullable<ConfigView['health']>;
  /** What it adds to the admin endpoint. */
  readonly pages: AdminPages;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** As `Gateway` has it. */
  resize(workers: WorkerCount): Promise<void>;
  drain(deadline: number): Promise<void>;
  close(): Promise<void>;
}

/** Both reject only if it is a bug of ours. */
export interface Published {
  /** The next delta may follow. */
  readonly sent: Promise<void>;
  /** Statuses that rest on it may be told. The same promise as `sent` where there is no difference. */
  readonly taken: Promise<void>;
}

/** What a plane is told of, and tells. */
export interface PlaneContext {
  readonly translator: Translator;
  /** A step is due: placements are others than before; `sockets`: and Binds are to be planned anew. */
  readonly onChange: (what: 'placements' | 'sockets') => void;
  readonly onProblems: () => void;
}

export type MakePlane = (context: PlaneContext) => Plane;
