/**
 * Sluice in a cluster: the gateway that follows an API server, which address each Gateway gets, and the only code that
 * writes statuses (its own entries, while it holds the Lease). Never here: what a resource means (translate), how a
 * request is served (proxy), flags and printing (cli).
 */
export { StartError } from '../gateway/index.ts';
export { type AddressPool, createAddressPool } from './address-pool.ts';
export type { Controller } from './controller.ts';
export type { ControllerEvent, LeaderEvent } from './events.ts';
export { createInProcessController, type InProcessOptions } from './in-process-controller.ts';
