/**
 * A source that follows an API server: which kinds are wanted, served and permitted, what is read on demand because
 * something refers to it, and what to say of what can't be read.
 * Never here: requests and watches themselves (kubernetes), what a resource means. Loaded only by who speaks to a cluster.
 */
export { createKubernetesSource, type KubernetesSourceOptions, type Seen } from './kubernetes-source.ts';
export { type KubernetesTiming, TIMING } from './timing.ts';
