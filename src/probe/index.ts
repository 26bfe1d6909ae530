/**
 * Requests put to a configuration without sockets: read as people write them, sent to the data plane in memory, each way
 * that they can go. What explains requests, tests them or is embedded gets its answers here.
 * Never here: what an answer means to whoever asked; manifests; a second opinion on what the data plane would do.
 */
export { arrivalTls } from './arrival-tls.ts';
export { type ByteWays, openTransportShares } from './byte-ways.ts';
export { createMemoryPlane, type MemoryPlane, type MemoryPlaneOptions, type Ways } from './memory-plane.ts';
export {
  CALL,
  type Question,
  questionOfParameters,
  type RawQuestion,
  readHeader,
  readQuestion,
  serverNameOf,
} from './question.ts';
export { hostHeader, type SentRequest, sentRequest } from './sent-request.ts';
export { openShares } from './shares.ts';
export {
  type Destination,
  gatewaysOf,
  nobodyListens,
  portsOf,
  type Socket,
  type Sockets,
  socketsOf,
} from './sockets.ts';
export {
  defaultPort,
  isCall,
  isOfBytes,
  isSecure,
  type Refused,
  readUrl,
  type Scheme,
  type UrlParts,
} from './url-parts.ts';
