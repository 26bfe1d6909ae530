/**
 * The data plane: sockets, HTTP/1.1, filters, upstreams, telemetry. It is told what to do by IR deltas and knows
 * neither manifests nor Kubernetes; it runs in a worker thread (`worker.ts`) or, for tests and questions, in the caller's (`in-thread.ts`).
 */
export type { AccessLogOptions } from './access-log/access-log.ts';
export { LOG_FLAGS, LOG_MODE } from './access-log/sink.ts';
export type { ArrivalTls } from './arrival.ts';
export { explainBindError } from './bind-error.ts';
export { compactHeap } from './compact-heap.ts';
export type { Applied, BindFailure, DataPlane, Share, UnitRejection } from './data-plane.ts';
export { fieldValue, joinedFields } from './memory/field-values.ts';
export type {
  ArrivedRequest,
  FieldList,
  MemoryAnswer,
  MemoryConnection,
  MemoryHandshake,
  MemoryReply,
  MemoryRequest,
} from './memory/memory-messages.ts';
export type { MemoryProxy, MemoryProxyOptions } from './memory/memory-proxy.ts';
export { SHARES_PORTS } from './node-socket.ts';
export { DEFAULT_PROXY_OPTIONS, type ProxyOptions } from './options.ts';
export { type RequestFacts, readFacts, writeFacts } from './request-facts.ts';
export { retireSeries } from './retire-series.ts';
export { readSessionKeys, type SessionKeys } from './session/session-keys.ts';
export { createCellBook } from './shared/cell-book.ts';
export { type EndpointHealth, readHealth } from './shared/endpoint-health.ts';
export { clearLane, createSharedMemory, type SharedMemory } from './shared/shared-memory.ts';
export { FILTER_PARAMETERS, type FilterParameter, type RequestFilter, readFilter } from './tail/request-filter.ts';
export type { TailedLines, Watch } from './tail/tail.ts';
export { createMetricsSum } from './telemetry/metrics-sum.ts';
export { type MetricsReport, NOTHING_COUNTED, type ReadingValues } from './telemetry/report.ts';
export { parseCidr } from './trust.ts';
export { type Understood, understand } from './units/understand.ts';
export { unmapped } from './unmapped.ts';
export { within } from './within.ts';
export { countWorkers, mostWorkers, type WorkerCount } from './worker-count.ts';
export { type ProxyWorker, startWorker } from './worker-host.ts';
