import type { Backend, Delta, Unit } from '../../ir/index.ts';
import { createRouter } from '../../router/index.ts';
import { createCore } from '../create-proxy.ts';
import { obey } from '../live-units.ts';
import { DEFAULT_PROXY_OPTIONS, type ProxyOptions } from '../options.ts';
import { compilePlan, type Plan } from '../plan.ts';
import type { RequestFacts } from '../request-facts.ts';
import { createCellBook } from '../shared/cell-book.ts';
import { type Answering, BackendConnection } from './memory-backend.ts';
import { connectBytes, connectFlow, handshake } from './memory-bytes.ts';
import { originOf, Sending } from './memory-client.ts';
import { MemoryDoor } from './memory-door.ts';
import type { MemoryAnswer, MemoryConnection, MemoryHandshake, MemoryRequest } from './memory-messages.ts';
import { MemoryRuntime } from './memory-runtime.ts';
import { requestBytes } from './message-bytes.ts';

/** The data plane with sockets that are memory: what comes out is what clients and backends would get. */
export interface MemoryProxy {
  /** As a data plane takes it; live when it returns. Binds open no sockets. */
  apply(delta: Delta): void;
  /**
   * A client connects to a bind and sends one request; resolves with the whole answer, at once unless the answer waits for a timer
   * or a backend. Rejects when there is no such bind, the request can't be written down, the proxy closes, or a backend's
   * `answer` throws.
   */
  send(bind: string, request: MemoryRequest): Promise<MemoryAnswer>;
  /** What a client meets with that begins with TLS and asks for `serverName` (lower case; '': for none). Throws when there is no such bind. */
  handshake(bind: string, serverName: string): MemoryHandshake;
  /** Where a connection of bytes goes; no byte is sent. Throws when there is no such bind. */
  connect(bind: string, connection: MemoryConnection): RequestFacts;
  /** Where the datagrams go that `client` sends from this port of its. Throws when there is no such bind. */
  flow(bind: string, client: string, port: number): RequestFacts;
  close(): void;
}

export interface MemoryProxyOptions extends Partial<ProxyOptions> {
  /** What backends answer; default: 200 without a body. */
  readonly answer?: Answering;
}

const LOOPBACK = '127.0.0.1';
/** Connections are not scarce here. */
const UNBOUNDED = { maxUpstreamConnections: 0 } as const;
/** The longest time that a timer takes; ms. */
const LONG = 0x7fff_ffff;

export function createMemoryProxy({ answer = () => ({}), ...options }: MemoryProxyOptions = {}): MemoryProxy {
  const runtime: MemoryRuntime<Sending> = new MemoryRuntime(
    (socket, host, port) => new BackendConnection(backends, socket, host, port),
    true,
  );
  const backends = {
    answer,
    get cause() {
      return runtime.cause;
    },
    get two() {
      return runtime.cause?.two === true;
    },
    arrived: (request: MemoryAnswer['arrived'][number]) => void runtime.cause?.arrived.push(request),
    failed: (cause: Sending | undefined, error: unknown) => cause?.end(undefined, error),
    resume(cause: Sending | undefined, work: () => void) {
      runtime.settle(() => {
        runtime.cause = cause;
        work();
      });
    },
  };
  const core = createCore({ ...DEFAULT_PROXY_OPTIONS, ...UNBOUNDED, ...options }, runtime);
  core.watchers++;
  const router = createRouter<Plan>(compilePlan);
  const book = createCellBook(core.lane.memory);
  const doors = new Map<string, MemoryDoor>();
  const waiting = new Set<Sending>();
  let awake: NodeJS.Timeout | undefined;
  let closed = false;

  function apply({ upserts, removals }: Delta): void {
    const delta = { upserts: upserts.map(inMemory), removals };
    book.release(book.take(delta));
    runtime.settle(() => {
      for (const { kind, name } of delta.removals) if (kind === 'Bind') shut(name);
      obey(core, router, delta, book.cellsOf(delta.upserts));
      for (const { kind, name } of delta.upserts) {
        if (kind === 'Bind' && !doors.has(name)) doors.set(name, new MemoryDoor(core, runtime, router.bind(name)));
      }
    });
  }

  function shut(bind: string): void {
    doors.get(bind)?.retire();
    doors.delete(bind);
  }

  function doorOf(bind: string): MemoryDoor {
    const door = doors.get(bind);
    if (closed || door === undefined) throw new Error(closed ? 'the proxy is closed' : `there is no bind ${bind}`);
    return door;
  }

  function send(bind: string, request: MemoryRequest): Promise<MemoryAnswer> {
    const sending = new Sending((request.version ?? (request.tls?.protocol === 'h2' ? 2 : 1)) === 2);
    try {
      const door = doorOf(bind);
      const origin = originOf(request.client ?? LOOPBACK, request.tls);
      const bytes = requestBytes(request);
      runtime.settle(() => {
        runtime.cause = sending;
        door.client(origin).send(sending, bytes, request.method === 'HEAD');
      });
    } catch (error) {
      return Promise.reject(error);
    }
    return sending.over ? outcomeOf(sending) : wait(sending);
  }

  /** Timers of the proxy keep no process alive; who waits for an answer does. */
  function wait(sending: Sending): Promise<MemoryAnswer> {
    waiting.add(sending);
    awake ??= setInterval(() => {}, LONG);
    return new Promise((resolve, reject) => {
      sending.onOver = () => {
        waiting.delete(sending);
        if (waiting.size === 0) sleep();
        outcomeOf(sending).then(resolve, reject);
      };
    });
  }

  function sleep(): void {
    clearInterval(awake);
    awake = undefined;
  }

  function close(): void {
    closed = true;
    runtime.settle(() => {
      for (const door of doors.values()) door.abort();
      core.mirrors.close();
      core.clusters.close();
    });
    for (const sending of waiting) sending.end(undefined, new Error('the proxy was closed'));
    sleep();
  }

  return {
    apply,
    send,
    handshake: (bind, serverName) => handshake(core, doorOf(bind), serverName),
    connect: (bind, connection) => connectBytes(core, runtime, doorOf(bind), connection, connection.client ?? LOOPBACK),
    flow: (bind, client, port) => connectFlow(core, doorOf(bind), client, port),
    close,
  };
}

/** Functions understand HTTP/1 and need no proof of who they are: whatever is spoken on the way to backends, they say the same. */
function inMemory(unit: Unit): Unit {
  if (unit.kind !== 'Backend') return unit;
  const { tls: _tls, proxyProtocol: _proxyProtocol, ...rest } = unit;
  return { ...rest, protocol: 'http1' } satisfies Backend;
}

function outcomeOf({ answer, error }: Sending): Promise<MemoryAnswer> {
  return answer === undefined ? Promise.reject(error) : Promise.resolve(answer);
}
