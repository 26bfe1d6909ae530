/**
 * The PROXY protocol (versions 1 and 2): who the client of a connection is that somebody passes on. Bytes in, facts out, and
 * the other way round; no sockets.
 */
export type { ConnectionEnd, ConnectionEnds, ProxyHeader, ProxyHeaderRead } from './proxy-header.ts';
export { readProxyHeader } from './read-proxy-header.ts';
export { proxyHeader } from './write-proxy-header.ts';
