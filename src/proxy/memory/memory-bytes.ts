import type { Core } from '../core.ts';
import { tlsWay } from '../entry/tls-way.ts';
import { peerOf } from '../peer.ts';
import type { RequestFacts } from '../request-facts.ts';
import { TlsFailure } from '../tls/tls-failure.ts';
import { ByteConnection, type ByteEntry } from '../transport/byte-connection.ts';
import { ConnectionRecord } from '../transport/connection-record.ts';
import { chooseFlow } from '../transport/flow-choice.ts';
import type { Sending } from './memory-client.ts';
import type { MemoryDoor } from './memory-door.ts';
import type { MemoryConnection, MemoryHandshake } from './memory-messages.ts';
import { type FarSide, type MemoryRuntime, MemorySocket } from './memory-runtime.ts';

/** What a client that asks for `serverName` is met with. */
export function handshake(core: Core, door: MemoryDoor, serverName: string): MemoryHandshake {
  const way = tlsWay(door, serverName);
  if (way.kind === 'no-listener') return { kind: 'refused', reason: way.kind };
  const listener = way.listener.name;
  if (way.kind === 'passthrough') return { kind: way.kind, listener };
  const { context, certificate } = core.tls.server(way.tls, serverName);
  if (context instanceof TlsFailure) return { kind: 'refused', reason: 'certificate', listener };
  return { kind: way.kind, listener, certificate };
}

/** Who says nothing, and only wants to know where a connection leads. */
const SILENT: FarSide = { onBytes() {}, onEnd() {} };

/** Where a connection goes; it is over when this returns. */
export function connectBytes(
  core: Core,
  runtime: MemoryRuntime<Sending>,
  door: MemoryDoor,
  { tls }: MemoryConnection,
  client: string,
): RequestFacts {
  const socket = new MemorySocket(runtime, client);
  socket.far = SILENT;
  const arrival = { socket, peer: peerOf(core.trust, client, tls?.mode === 'terminate'), tls: undefined };
  const connection = new ByteConnection(core, door, arrival, entryOf(door, tls));
  runtime.settle(() => connection.start());
  const facts = connection.facts();
  runtime.settle(() => connection.abort(false));
  return facts;
}

function entryOf({ router }: MemoryDoor, tls: MemoryConnection['tls']): ByteEntry {
  if (tls === undefined) return { listener: router?.first('TCP')?.name ?? '', serverName: '' };
  return { listener: tls.listener, serverName: tls.serverName, tls: tls.mode };
}

/** Where the datagrams of a client go. */
export function connectFlow(core: Core, door: MemoryDoor, client: string, port: number): RequestFacts {
  const { outcome, share, endpoint, reason } = chooseFlow(core, door, client, port);
  const came = { client, protocol: 'UDP' as const, serverName: '' };
  const record = new ConnectionRecord(core, came, outcome, share);
  if (endpoint !== undefined) record.tried(endpoint);
  return record.facts(reason);
}
