/**
 * Resources to IR and statuses, in steps that cost what changed: attach (which listeners take a route), resolve (which
 * backends a rule may reach), routes (what a rule does), extensions (what objects do that filters refer to), status (what is
 * said about it). Pure data in and out.
 * Never here: I/O, clocks, exceptions over what users wrote (they get conditions and problems), endpoints.
 */
export { DEFAULT_CONTROLLER_NAME } from './attach/gateway-classes.ts';
export { commonHostname, nearHostname } from './attach/hostnames.ts';
export type { GatewayView } from './gateway-view.ts';
export { ROUTE_KINDS } from './routes/any-route.ts';
export type { ParentView, RouteView } from './routes/route-view.ts';
export type { Condition } from './status/condition.ts';
export { outdatedCertificate } from './status/outdated-certificate.ts';
export type { Placement, UnitRejection } from './status/placement.ts';
export type { Status } from './status/report.ts';
export type { RouteStatus } from './status/route-status.ts';
export { type Counters, createTranslator, type Output, type Translator } from './translator.ts';
