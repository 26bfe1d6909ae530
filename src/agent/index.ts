/**
 * One data plane process: it subscribes to a controller, lets worker threads obey what comes, answers for what they can't, keeps
 * the last good configuration and starts with it where the controller is away, and ends without losing a request.
 * Never here: manifests and what they mean (no translation is loaded), who may have which configuration, flags and printing.
 */
export { type Agent, createAgent } from './agent.ts';
export type { AgentEvent, AgentProblem } from './events.ts';
export type { AgentOptions } from './options.ts';
export { StartError } from './start-error.ts';
