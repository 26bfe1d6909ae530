import type { Unit } from '../ir/index.ts';
import {
  arrivalTls,
  CALL,
  createMemoryPlane,
  type Destination,
  gatewaysOf,
  hostHeader,
  isCall,
  isSecure,
  type MemoryPlane,
  nobodyListens,
  type Socket,
  sentRequest,
  serverNameOf,
} from '../probe/index.ts';
import type { ArrivedRequest, MemoryAnswer, MemoryRequest } from '../proxy/index.ts';
import { parseHost } from '../router/index.ts';
import type { Probe, Probed, Prober, Seen } from './prober.ts';
import { readTestUrl, type TestUrl } from './request-url.ts';
import type { TestRequest } from './routing-test.ts';

/** A prober with a data plane of its own, until it is closed. */
export interface MemoryProber extends Prober {
  /** From now on requests are put to these. */
  follow(units: readonly Unit[]): void;
  close(): void;
}

/** Puts requests to a data plane in memory that has these units; every backend answers 200, whether it has endpoints or not. */
export function createProber(units: readonly Unit[] = []): MemoryProber {
  const plane = createMemoryPlane({ certain: true, replaces: () => true });
  plane.follow(units);
  return {
    follow: next => void plane.follow(next),
    probe: request => probe(request, plane),
    close: plane.close,
  };
}

async function probe(request: TestRequest, plane: MemoryPlane): Promise<Probed> {
  const parts = readTestUrl(request.url);
  if ('refused' in parts) return unaskable(`url ${parts.refused}`);
  const sent = wireOf(request, parts);
  const host = parseHost(hostHeader(sent) ?? '') ?? '';
  const socket = socketFor({ port: parts.port, host, gateway: request.gateway }, plane);
  if ('unaskable' in socket) return unaskable(socket.unaskable);
  try {
    const tls = tlsFor(request, parts, socket, plane);
    if (tls !== undefined && 'refused' in tls) return unaskable(tls.refused);
    const version = isCall(parts.scheme) ? 2 : 1;
    const { answers } = await plane.sendEachWay(socket.bind.name, { ...sent, version, tls });
    const shown = tls && { certificate: tls.certificate.slice('Secret/'.length) };
    return { kind: 'answers', answers: answers.map(answer => ({ ...probeOf(answer, plane), ...shown })) };
  } catch (error) {
    return unaskable(error instanceof Error ? error.message : String(error));
  }
}

/** Undefined: it speaks plaintext. */
function tlsFor(request: TestRequest, { scheme, authority }: TestUrl, socket: Socket, plane: MemoryPlane) {
  if (!isSecure(scheme)) return undefined;
  const serverName = serverNameOf(request, parseHost(authority) ?? '').toLowerCase();
  return arrivalTls(socket, plane.handshake, serverName, 2);
}

function unaskable(reason: string): Probed {
  return { kind: 'unaskable', reason };
}

/** A test means one socket, and says which where there are several. */
function socketFor(to: Destination, { sockets }: MemoryPlane): Socket | { readonly unaskable: string } {
  const [socket, ...others] = sockets.at(to);
  if (socket === undefined) return { unaskable: nobodyListens(sockets, to) };
  return others.length === 0 ? socket : { unaskable: several(to, [socket, ...others]) };
}

function several({ port }: Destination, sockets: readonly Socket[]): string {
  const gateways = gatewaysOf(sockets).toSorted();
  if (gateways.length === 1) return `Gateway ${gateways[0]} has port ${port} at several addresses`;
  return `several Gateways listen on port ${port}, each at an address of its own: say gateway: ${gateways.join(' or ')}`;
}

function wireOf(request: TestRequest, { scheme, authority, target }: TestUrl): MemoryRequest {
  const { method = isCall(scheme) ? 'POST' : 'GET', headers = {}, body, client } = request;
  const fields = [...(isCall(scheme) ? CALL : []), ...Object.entries(headers)];
  const sent = sentRequest({ method, target, headers: fields }, authority);
  return { ...sent, client, ...(body !== undefined && { body: Buffer.from(body) }) };
}

function probeOf({ facts, status, headers, body, arrived }: MemoryAnswer, { backendAt }: MemoryPlane): Probe {
  const names = arrived.map(({ address, port }) => backendAt(address, port) ?? '');
  const main = facts.backend === undefined ? -1 : names.indexOf(facts.backend);
  const said = { status, headers, body: Buffer.from(body).toString(), mirrors: names.filter((_, at) => at !== main) };
  const seen = arrived[main];
  return seen ? { ...said, facts, seen: seenOf(seen) } : { ...said, facts: { ...facts, backend: undefined } };
}

function seenOf({ method, target, headers }: ArrivedRequest): Seen {
  return { method, target, headers };
}
