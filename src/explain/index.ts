/**
 * Questions about a configuration, answered from the IR and the router: which rule a request gets and why, what can never
 * be reached, what differs between two configurations.
 * Never here: files, sockets, printing; what a resource means is translation's affair, and only looked up.
 */
export { type Question, questionOfParameters, type RawQuestion, readHeader, readQuestion } from '../probe/index.ts';
export type { ConfigView } from './config-view.ts';
export type { Change, DetailChange, Example, LeftOut } from './diff/changes.ts';
export { type Difference, diffUnits } from './diff/diff.ts';
export type { TransportChange } from './diff/transports.ts';
export type { Treatment } from './diff/treatment.ts';
export { createExplainer, type Explainer, type ExplainOptions, explain } from './explain.ts';
export type { Explanation } from './explanation.ts';
export { lint } from './lint/lint.ts';
export type { MatchRef } from './match-ref.ts';
export type { Shadow } from './symbolic/shadow.ts';
export { unreachableRules } from './symbolic/unreachable.ts';
