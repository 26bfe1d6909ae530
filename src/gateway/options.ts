import type { ProxyOptions, ProxyWorker, WorkerCount } from '../proxy/index.ts';
import type { ObjectRef } from '../resources/index.ts';
import type { Source } from '../sources/index.ts';
import type { BackendOverride } from './endpoints/override-resolver.ts';
import type { GatewayEvent } from './events.ts';
import type { BackendTable } from './library/handlers.ts';
import type { ManifestInput } from './library/manifest-input.ts';
import type { AddressPlan } from './placement/address-plan.ts';
import type { MakePlane } from './plane.ts';

/** How a configuration is served. All may be left out. */
export interface ServingOptions {
  /** Only GatewayClasses of this controller are ours; absent: every one, and Gateways whose class object is absent. */
  readonly controllerName?: string;
  /** Address of the Gateways that ask for none; default 127.0.0.1. */
  readonly listen?: string;
  /** Which addresses Gateways get; default: those that they ask for, else `listen`. */
  readonly addresses?: AddressPlan;
  /** A port that can't be bound fails its listeners (PortUnavailable) instead of being served on another one. */
  readonly exactPorts?: boolean;
  /** Endpoint addresses of this very machine or link (loopback, link-local) are left out: a tenant could reach what he must not. */
  readonly routableEndpoints?: boolean;
  /** Backends that are names (XBackend, ExternalName) may lead to addresses that are not of the public internet: of neighbours, of this machine. */
  readonly privateNames?: boolean;
  /** DNS servers that such names are asked of, as `address:port`; absent: those of the system. */
  readonly dnsServers?: readonly string[];
  /** Port of the manifest → port of the socket (0: the system chooses). */
  readonly map?: ReadonlyMap<number, number>;
  /** How long until a socket that could not be bound is tried again, in ms; default 5,000. */
  readonly rebindAfter?: number;
  /** Services without endpoints are answered by a server that says what it received. */
  readonly echo?: boolean;
  /** Listeners whose Secret is not there show a certificate that is made for them; a problem says so. */
  readonly selfSigned?: boolean;
  /** Where the admin endpoint listens (port 0: the system chooses); absent: there is none. */
  readonly admin?: { readonly host: string; readonly port: number };
  /** Limits and timeouts of the data plane, in ms and bytes. */
  readonly proxy?: Partial<ProxyOptions>;
  /** Threads of the data plane; `auto`: as many as the process may use processors, also when that changes. Default 1. */
  readonly workers?: WorkerCount;
  /** How long a surplus worker may take to finish what it does, in ms; default 10,000. */
  readonly drainTimeout?: number;
  /** What the `ms` of the ready event count from, in ms of `performance.now()`; default: the call of `start`. */
  readonly began?: number;
  /** A data plane with the same `proxy` options that was started earlier, to save the time; it is closed with the rest. */
  readonly worker?: ProxyWorker;
  /** What happens: where listeners are, how routes fare, what changed, problems that come and go. */
  readonly onEvent?: (event: GatewayEvent) => void;
  /** Called after the data plane took a step, for each status that is another now; undefined: the object has none (any more). */
  readonly onStatus?: (object: ObjectRef, status: object | undefined) => void;
  /** More Prometheus text for the admin endpoint. */
  readonly metrics?: () => string;
}

/** What a gateway that serves is made of. */
export interface ServedOptions extends ServingOptions {
  readonly source: Source;
  /** Programs in the place of the endpoints of Service ports. */
  readonly backends?: readonly BackendOverride[];
  /** Absent: worker threads of this process. What says how those serve means nothing to another one. */
  readonly plane?: MakePlane;
}

/** What a gateway of the library is made of: exactly one of `manifests`, `objects` and `source`, and how it is served. */
export interface GatewayOptions extends ServingOptions, ManifestInput {
  /** What stands in for the endpoints of Service ports: functions and programs, by `namespace/name:port`. */
  readonly backends?: BackendTable | readonly BackendOverride[];
}
