import type dgram from 'node:dgram';
import type { TransportOutcome } from '../../router/index.ts';
import type { Doorway } from '../arrival.ts';
import type { Core } from '../core.ts';
import type { ListenOptions, ListenSocket } from '../socket.ts';
import { unmapped } from '../unmapped.ts';
import { ConnectionRecord, seriesOf } from './connection-record.ts';
import { bindDatagrams } from './datagrams.ts';
import { chooseFlow, type FlowChoice, udpOutcome } from './flow-choice.ts';
import type { Reason } from './reason.ts';
import { planOf } from './transport-plan.ts';
import { type FlowClient, type FlowOwner, type FlowTarget, UdpFlow } from './udp-flow.ts';

/** How long a drain waits for an answer to a datagram; ms. */
const ANSWER_TIME = 1_000;
/** Bytes of answers that wait for the system; what comes then is lost. */
const MOST_UNSENT = 4_194_304;

/**
 * The socket of a UDP listener: datagrams are sorted into flows by the address of their client, and the answers of a flow leave
 * through this socket, so that they come from where the client sent to.
 */
export class UdpPort implements ListenSocket, FlowOwner {
  readonly host: string;
  readonly port: number;
  readonly core: Core;
  private readonly socket: dgram.Socket;
  private readonly door: () => Doorway;
  /** By address and port of their clients. */
  private readonly flows = new Map<string, Map<number, UdpFlow>>();
  private count = 0;
  private seenDoor: Doorway | undefined = undefined;
  private seenVersion = -1;
  private generation = 0;
  private drainFrom = Number.POSITIVE_INFINITY;
  private closed = false;

  /** @param door the one that the socket leads to now */
  constructor(core: Core, socket: dgram.Socket, door: () => Doorway) {
    this.core = core;
    this.socket = socket;
    this.door = door;
    const { address, port } = socket.address();
    this.host = address;
    this.port = port;
    socket.on('message', (bytes, { address, port }) => this.onDatagram(bytes, address, port));
    // An answer that could not be sent: it is lost, as datagrams are.
    socket.on('error', () => {});
  }

  private onDatagram(bytes: Buffer, address: string, port: number): void {
    const { timers, transport } = this.core;
    const door = this.door();
    timers.hold();
    if (door !== this.seenDoor || transport.version !== this.seenVersion) this.renew(door, transport.version);
    const known = this.flows.get(address)?.get(port);
    if (known !== undefined && known.checked === this.generation) known.send(bytes);
    else this.sort(known, { address, port }, bytes);
    timers.letGo();
  }

  /** What was found out about flows before does not count any more. */
  private renew(door: Doorway, version: number): void {
    this.seenDoor = door;
    this.seenVersion = version;
    this.generation++;
  }

  private sort(known: UdpFlow | undefined, client: FlowClient, bytes: Buffer): void {
    const outcome = udpOutcome(this.door().router);
    if (known !== undefined && this.isRight(known, outcome)) {
      known.checked = this.generation;
      known.send(bytes);
    } else {
      known?.end('');
      this.begin(client, bytes);
    }
  }

  /** The route still names its backend, which still lists its endpoint. */
  private isRight(flow: UdpFlow, outcome: TransportOutcome): boolean {
    if (typeof outcome === 'string') return false;
    const plan = planOf(this.core.transport, outcome.route);
    if (plan !== flow.plan) {
      if (!plan.shares.some(({ backend }) => backend === flow.backend)) return false;
      flow.plan = plan;
    }
    return this.core.clusters.get(flow.backend)?.endpoints.named(flow.endpointKey) === flow.endpoint;
  }

  private begin(client: FlowClient, bytes: Buffer): void {
    // Nothing can be answered to port 0.
    if (client.port === 0) return;
    const { maxUdpFlows } = this.core.options;
    const full = maxUdpFlows > 0 && this.count >= maxUdpFlows;
    const choice = chooseFlow(this.core, this.door(), client.address, client.port, full);
    const refused = choice.reason || this.tryBegin(choice, client, bytes);
    if (refused !== '') seriesOf(this.core, choice.outcome, choice.share).drop(refused);
  }

  private tryBegin({ outcome, share, endpoint }: FlowChoice, client: FlowClient, bytes: Buffer): Reason {
    if (typeof outcome === 'string' || share === undefined || endpoint === undefined) return 'no_backend';
    const came = { client: unmapped(client.address), protocol: 'UDP' as const, serverName: '' };
    const record = new ConnectionRecord(this.core, came, outcome, share);
    const target = { plan: planOf(this.core.transport, outcome.route), backend: share.backend, endpoint, record };
    const flow = open(this, client, target);
    if (flow === undefined) return 'connect_failed';
    this.add(flow);
    flow.send(bytes);
    return '';
  }

  answer(bytes: Buffer, { address, port, record }: UdpFlow): void {
    if (this.closed) return;
    if (this.socket.getSendQueueSize() > MOST_UNSENT) record.series.drop('client_gone');
    else this.socket.send(bytes, port, address);
  }

  private add(flow: UdpFlow): void {
    const ofAddress = this.flows.get(flow.address) ?? new Map<number, UdpFlow>();
    this.flows.set(flow.address, ofAddress.set(flow.port, flow));
    flow.checked = this.generation;
    this.count++;
  }

  remove({ address, port }: UdpFlow): void {
    const ofAddress = this.flows.get(address);
    if (ofAddress?.delete(port)) this.count--;
    if (ofAddress?.size === 0) this.flows.delete(address);
  }

  private *all(): Iterable<UdpFlow> {
    for (const ofAddress of this.flows.values()) yield* ofAddress.values();
  }

  /** Whether an answer may be on its way to what was asked before the drain began. */
  get busy(): boolean {
    if (this.closed) return false;
    const now = this.core.timers.now();
    for (const { askedAt } of this.all()) {
      if (askedAt >= 0 && askedAt <= this.drainFrom && now - askedAt < ANSWER_TIME) return true;
    }
    return false;
  }

  /** From now on new questions keep nobody from ending. They are answered all the same: nobody else would. */
  drain(): void {
    this.drainFrom = this.core.timers.now();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const flow of [...this.all()]) flow.end(flow.askedAt < 0 ? '' : 'drained');
    this.socket.close();
  }
}

/** No descriptor may be left, or no way there: the datagram is lost, as datagrams are. */
function open(port: UdpPort, client: FlowClient, target: FlowTarget): UdpFlow | undefined {
  try {
    return new UdpFlow(port, client, target);
  } catch {
    return undefined;
  }
}

/** Opens a socket for datagrams; rejects with the system's error. @param door the one that it leads to now */
export async function openUdpPort(core: Core, options: ListenOptions, door: () => Doorway): Promise<UdpPort> {
  return new UdpPort(core, await bindDatagrams(options), door);
}
