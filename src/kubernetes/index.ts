/**
 * What is said to an API server and heard from it: credentials, requests, and the list and watch of one resource.
 * It knows no kind. Never here: what an object means (resources, translate), which ones are wanted (sources), when a
 * status is written (controller).
 */
export type { ApiClient, ApiFailure, Reply, RequestOptions, WatchEvent } from './api-client.ts';
export { PARTIAL_METADATA } from './api-client.ts';
export { applyObject, deleteObject } from './apply-object.ts';
export { type Pace, pauseAfter } from './backoff.ts';
export { type Connected, type ConnectOptions, connect } from './connect.ts';
export { type ApiClientOptions, createApiClient } from './create-api-client.ts';
export type { Credentials, Unusable } from './credentials/credentials.ts';
export { type FailureKind, failureKind } from './failure-kind.ts';
export { isAfter } from './known-objects.ts';
export { type Listed, listPages } from './list-pages.ts';
export { type ListWatch, type ListWatchOptions, type Pauses, startListWatch, type Trouble } from './list-watch.ts';
export { isOfRole, type Rule, ruleFor, whoIsRefused } from './missing-right.ts';
export { createPermission, type Permission } from './permission.ts';
export { isGoing, type RawObject, rawObjectOf } from './raw-object.ts';
