/**
 * Resources to IR and statuses, in steps that cost what changed: attach (which listeners take a route), resolve (which
 * backends a rule may reach), routes (what a rule does), status (what is said about it). Pure data in and out.
 * Never here: I/O, clocks, exceptions over what users wrote (they get conditions and problems), endpoints.
 */
export { DEFAULT_CONTROLLER_NAME } from './attach/gateway-classes.ts';
export { SUPPORTED_FEATURES } from './features.ts';
export type { ClassStatus } from './status/class-status.ts';
export type { Condition } from './status/condition.ts';
export type { GatewayStatus } from './status/gateway-status.ts';
export type { StatusChange } from './status/ledger.ts';
export type { ListenerStatus } from './status/listener-status.ts';
export type { Address, ListenerFailure, Placement } from './status/placement.ts';
export type { Status } from './status/report.ts';
export type { RouteParentStatus, RouteStatus } from './status/route-status.ts';
export { type Counters, createTranslator, type Output, type Translator, type TranslatorOptions } from './translator.ts';
