import type dgram from 'node:dgram';
import type { Core } from '../core.ts';
import { endpointKey } from '../endpoint-key.ts';
import type { Timed } from '../timers.ts';
import type { PooledEndpoint } from '../upstream/pool.ts';
import type { ConnectionRecord } from './connection-record.ts';
import { connectDatagrams } from './datagrams.ts';
import type { Reason } from './reason.ts';
import type { TransportPlan } from './transport-plan.ts';

/** Time after which an endpoint that was tried, and refused nothing, is taken for good; ms. */
const TRIAL_TIME = 1_000;

/** Who sends answers to clients. */
export interface FlowOwner {
  readonly core: Core;
  answer(bytes: Buffer, flow: UdpFlow): void;
  /** The flow is over. */
  remove(flow: UdpFlow): void;
}

/** The datagrams of one client: to one endpoint through a socket of its own, and back. */
export class UdpFlow implements Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly address: string;
  readonly port: number;
  /** As of which generation of its owner it goes where it must. */
  checked = -1;
  /** Where its endpoint comes from; another where the route has changed and still names the backend. */
  plan: TransportPlan;
  readonly backend: string;
  readonly endpoint: PooledEndpoint;
  /** Of the endpoint, as `endpointKey` makes it. */
  readonly endpointKey: string;
  /** When the client asked for something that was not answered yet; ms of the timers' clock, -1: nothing. */
  askedAt = -1;
  readonly record: ConnectionRecord;
  private readonly owner: FlowOwner;
  private socket: dgram.Socket | undefined = undefined;
  private trialFrom = -1;
  private toBackend = 0;
  private toClient = 0;

  /** Throws the system's error where no socket is to be had. */
  constructor(owner: FlowOwner, { address, port }: FlowClient, to: FlowTarget) {
    this.owner = owner;
    this.address = address;
    this.port = port;
    this.plan = to.plan;
    this.backend = to.backend;
    this.endpoint = to.endpoint;
    this.endpointKey = endpointKey(to.endpoint);
    this.record = to.record;
    this.socket = connectDatagrams(to.endpoint.address, to.endpoint.port);
    this.open(this.socket);
  }

  private open(socket: dgram.Socket): void {
    const { endpoint, owner, record } = this;
    this.trialFrom = endpoint.failing ? owner.core.timers.now() : -1;
    endpoint.onTrial = false;
    endpoint.enter();
    record.tried(endpoint);
    record.series.open++;
    owner.core.upstreamConnections++;
    socket.on('message', bytes => this.onAnswer(bytes));
    socket.on('error', error => this.onError(error));
  }

  send(bytes: Buffer): void {
    const { timers, options } = this.owner.core;
    const { series } = this.record;
    this.toBackend += bytes.length;
    series.toBackends += bytes.length;
    series.datagramsToBackends++;
    this.socket!.send(bytes);
    const now = timers.now();
    if (this.askedAt < 0) this.askedAt = now;
    if (this.trialFrom >= 0 && now - this.trialFrom > TRIAL_TIME) this.stood();
    if (options.udpIdleTimeout > 0) timers.set(this, options.udpIdleTimeout);
  }

  private onAnswer(bytes: Buffer): void {
    const { timers, options } = this.owner.core;
    const { series } = this.record;
    this.askedAt = -1;
    if (this.trialFrom >= 0) this.stood();
    this.toClient += bytes.length;
    series.toClients += bytes.length;
    series.datagramsToClients++;
    this.owner.answer(bytes, this);
    if (options.udpIdleTimeout > 0) timers.set(this, options.udpIdleTimeout);
  }

  private stood(): void {
    this.trialFrom = -1;
    this.endpoint.recovered();
  }

  /**
   * Nobody listens there (ICMP), or the system has no way there: the next datagram of the client goes elsewhere, if there is such a
   * place. Else only this datagram is lost: it is too large for that way, or the system has no room.
   */
  private onError(error: Error): void {
    const { core } = this.owner;
    const { ejectTime } = core.options;
    const code = 'code' in error ? error.code : '';
    if (!REFUSALS.has(code)) {
      this.record.series.drop(code === 'EMSGSIZE' ? 'too_large' : 'overflow');
      return;
    }
    if (ejectTime > 0 && (this.endpoint.eject(ejectTime) || this.trialFrom >= 0)) core.ejections++;
    this.end('connect_failed');
  }

  /** Nothing moved. */
  onTimeout(): void {
    this.end('');
  }

  end(reason: Reason): void {
    const { endpoint, owner, record, socket } = this;
    if (socket === undefined) return;
    this.socket = undefined;
    owner.remove(this);
    owner.core.timers.clear(this);
    owner.core.upstreamConnections--;
    endpoint.leave();
    socket
      ?.removeAllListeners('message')
      .removeAllListeners('error')
      .on('error', () => {})
      .close();
    record.series.open--;
    record.end(reason, this.toBackend, this.toClient);
  }
}

/** Whose datagrams they are. */
export interface FlowClient {
  readonly address: string;
  readonly port: number;
}

/** Where they go. */
export interface FlowTarget {
  readonly plan: TransportPlan;
  /** Name of a Backend. */
  readonly backend: string;
  readonly endpoint: PooledEndpoint;
  readonly record: ConnectionRecord;
}

const REFUSALS: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);
