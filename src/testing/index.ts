/**
 * Routing tests: what becomes of requests, put to a data plane in memory, against what somebody expects; and what becomes
 * of them now, written down as such tests.
 * Never here: manifests and what they mean (requests are put to units of the IR), sockets, printing.
 */
export type { Mismatch } from './compare.ts';
export { type DefinedTest, defineTest } from './define-test.ts';
export { createLiveRequests, goesTheSameWay, type LiveRequests, type SeenLive } from './live-request.ts';
export { createProber, type MemoryProber } from './memory-prober.ts';
export { backendLabel, routeLabel } from './names.ts';
export type { Probe, Probed, Prober, Seen } from './prober.ts';
export type { Fault, ReadSuite, ReadTest } from './read-suite.ts';
export { readTestFile, readTestModule, type TestFile } from './read-test-file.ts';
export { type Recorded, recordTest } from './record-test.ts';
export { type ListedRequest, readRequestList } from './request-list.ts';
export type { Expectation, RoutingTest, Sight, TestRequest, TestSuite } from './routing-test.ts';
export { type RunOptions, runSuite, type TestResult } from './run-suite.ts';
export { suiteText } from './suite-text.ts';
export { type Shareable, withoutSecrets } from './without-secrets.ts';
