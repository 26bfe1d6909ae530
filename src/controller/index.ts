/**
 * Sluice in a cluster: the gateway that follows an API server, which address each Gateway gets, and the only code that
 * writes statuses (its own entries, while it holds the Lease). Never here: what a resource means (translate), how a
 * request is served (proxy), flags and printing (cli).
 */
export type {} from '../resources/index.ts';
