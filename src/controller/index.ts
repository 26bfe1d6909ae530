/**
 * Sluice in a cluster: the gateway that follows an API server, the data planes that it makes of pods and who gets which
 * configuration (or which address each Gateway gets in this process), and the only code that writes to an API server (what
 * is Sluice's own, while it holds the Lease). Never here: what a resource means (translate), how a request is served
 * (proxy), flags and printing (cli).
 */
export { StartError } from '../gateway/index.ts';
export { type AddressPool, createAddressPool } from './address-pool.ts';
export type { Controller } from './controller.ts';
export { createDistributingController, type DistributingOptions } from './distributing-controller.ts';
export type { ControllerEvent, LeaderEvent, RefusedEvent } from './events.ts';
export { controllerHost } from './identity/names.ts';
export { createInProcessController, type InProcessOptions } from './in-process-controller.ts';
