/**
 * The way of configuration from a controller to its proxies: typed units of the IR as a delta stream over TLS, by scope,
 * acknowledged per version, resumed by content hash. A hub publishes, subscriptions apply.
 * Never here: what a unit means, who may have which scope (the caller's `admit`), Kubernetes, Envoy.
 */
export { createHub } from './create-hub.ts';
export { createSubscription } from './create-subscription.ts';
export type { Admission, ConnectedProxy, Hub, HubOptions } from './hub.ts';
export type { BindRefusal, Outcome, Rejection } from './outcome.ts';
export type { ProxyFacts } from './proxy-facts.ts';
export { createScopes, type Scopes, type ScopesOptions } from './scopes.ts';
export type { Subscription, SubscriptionOptions, SubscriptionState } from './subscription.ts';
