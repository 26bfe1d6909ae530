/** What `import … from 'sluice'` gives. */
export type { Change, Difference, Example, Explanation } from '../../explain/index.ts';
export type { RequestFacts } from '../../proxy/index.ts';
export type { Location, ObjectRef, Problem } from '../../resources/index.ts';
export type { Batch, MemorySource, Source } from '../../sources/index.ts';
export { createFolderSource, createMemorySource } from '../../sources/index.ts';
export {
  type DefinedTest,
  defineTest,
  type Expectation,
  type Prober,
  type RoutingTest,
  type TestRequest,
  type TestResult,
  type TestSuite,
} from '../../testing/index.ts';
export type { BackendOverride } from '../endpoints/override-resolver.ts';
export type * from '../events.ts';
export type { GatewayOptions, ServingOptions } from '../options.ts';
export { StartError } from '../start-error.ts';
export type { StatusItem } from '../status/status-items.ts';
export { createGateway, type Gateway } from './gateway.ts';
export type { BackendHandler, BackendTable } from './handlers.ts';
export type { ManifestInput, ObjectChanges } from './manifest-input.ts';
export type { BackendRequest, GatewayAnswer, RequestOptions } from './request.ts';
