import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Backend, seal } from '../../ir/index.ts';
import { DEFAULT_PROXY_OPTIONS } from '../options.ts';
import { Lane } from '../shared/lane.ts';
import { createSharedMemory } from '../shared/shared-memory.ts';
import type { ConnectHandler, Socket, SocketHandler } from '../socket.ts';
import { Timers } from '../timers.ts';
import { EndpointState } from './endpoint-state.ts';
import type { Multiplex, MultiplexOwner } from './multiplex.ts';
import { Pool, type PooledEndpoint } from './pool.ts';
import type { ConnectFailure, Upstream, UpstreamUser } from './upstream.ts';
import { wayTo } from './way.ts';

/** A socket that only remembers. */
class FakeSocket implements Socket {
  readonly remoteAddress = '127.0.0.1';
  readonly lost = false;
  readonly remotePort = 1;
  readonly protocol = '';
  readonly pending = 0;
  handler: SocketHandler = { onData() {}, onDrain() {}, onEnd() {}, onClose() {} };
  destroyed = false;
  write(): boolean {
    return true;
  }
  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {
    this.destroyed = true;
  }
}

class User implements UpstreamUser {
  upstream: Upstream | undefined = undefined;
  readonly heard: string[] = [];
  onConnected(): void {
    this.heard.push('connected');
  }
  onConnectFailed(failure: ConnectFailure): void {
    this.heard.push(failure);
  }
  onPoolClosed(): void {
    this.heard.push('closed');
  }
  onUpstreamData(): void {}
  onUpstreamHead(): void {}
  onUpstreamOver(): void {}
  onUpstreamDrain(): void {}
  onUpstreamEnd(broken: boolean): void {
    this.heard.push(broken ? 'broken' : 'ended');
  }
}

function oneEndpoint(clock: () => number): PooledEndpoint {
  const lane = new Lane(createSharedMemory(), 0, clock);
  const listed = { address: '127.0.0.1', port: 1, state: 'ready' } as const;
  const unit = seal({ kind: 'Endpoints', name: 'Service/default/a/80', endpoints: [listed] } as const);
  let endpoint: PooledEndpoint | undefined;
  lane.listing([unit], Int32Array.of(1), () => {
    endpoint = new EndpointState(listed, lane);
  });
  return endpoint!;
}

/** A connection of HTTP/2 with room for two streams, which only counts. */
class FakeMultiplex implements Multiplex {
  room = 2;
  busy = 0;
  retired = false;
  closed = false;
  readonly owner: MultiplexOwner;
  constructor(owner: MultiplexOwner) {
    this.owner = owner;
  }
  begin(user: UpstreamUser): void {
    assert.ok(this.room > 0);
    this.room--;
    this.busy++;
    const over = () => this.over();
    user.upstream = {
      served: 0,
      pending: 0,
      socket: undefined,
      write: () => true,
      hold() {},
      handOver() {},
      release: over,
      close: over,
    };
  }
  private over(): void {
    this.busy--;
    if (!this.retired) this.room++;
    this.owner.onRoom();
  }
  retire(): void {
    this.retired = true;
    this.room = 0;
  }
  close(): void {
    this.closed = true;
  }
}

const UNIT: Backend = seal({
  kind: 'Backend',
  name: 'Service/default/a/80',
  protocol: 'http1',
  origin: { kind: 'Service', namespace: 'default', name: 'a' },
});

function setUp(limits: { connections: number; pending: number }, protocol: Backend['protocol'] = 'http1') {
  const multiplexes: FakeMultiplex[] = [];
  let now = 0;
  const attempts: ConnectHandler[] = [];
  const sockets: FakeSocket[] = [];
  const context = {
    options: {
      ...DEFAULT_PROXY_OPTIONS,
      maxUpstreamConnections: limits.connections,
      maxUpstreamPending: limits.pending,
    },
    runtime: {
      listen: () => Promise.reject(new Error('not here')),
      connect(_host: string, _port: number, handler: ConnectHandler) {
        attempts.push(handler);
        return { cancel() {} };
      },
    },
    timers: new Timers(() => now),
    tls: {
      client() {
        throw new Error('not here');
      },
    },
    tlsCounts: { backendFailed() {} },
    openMultiplex(_socket: Socket, owner: MultiplexOwner) {
      const multiplex = new FakeMultiplex(owner);
      multiplexes.push(multiplex);
      return multiplex;
    },
    upstreamConnections: 0,
    ejections: 0,
  };
  const endpoint = oneEndpoint(() => now);
  const pool = new Pool(context, endpoint, wayTo({ ...UNIT, protocol }));
  const connect = (): FakeSocket => {
    const socket = new FakeSocket();
    sockets.push(socket);
    attempts.shift()!.onConnect(socket);
    return socket;
  };
  const acquire = (fresh = false, once = false): [User, string] => {
    const user = new User();
    return [user, pool.acquire(user, fresh, once)];
  };
  const pass = (ms: number): void => {
    now += ms;
    context.timers.run();
  };
  return { pool, endpoint, context, attempts, connect, acquire, pass, multiplexes };
}

test('the connection given back last is taken first', () => {
  const { context, connect, acquire } = setUp({ connections: 4, pending: 4 });
  const [[a], [b]] = [acquire(), acquire()];
  connect();
  connect();
  const last = b.upstream;
  a.upstream!.release();
  b.upstream!.release();
  const [next, how] = acquire();
  assert.equal(how, 'ready');
  assert.equal(next.upstream, last);
  assert.deepEqual([last!.served, context.upstreamConnections], [1, 2]);
});

test('requests beyond the connections wait in order, those beyond the waiting overflow', () => {
  const { connect, acquire } = setUp({ connections: 1, pending: 2 });
  const [a] = acquire();
  connect();
  const [b, bHow] = acquire();
  const [c, cHow] = acquire();
  const [, overflow] = acquire();
  assert.deepEqual([bHow, cHow, overflow], ['pending', 'pending', 'overflow']);
  a.upstream!.release();
  assert.deepEqual([b.heard, c.heard], [['connected'], []]);
  b.upstream!.release();
  assert.deepEqual(c.heard, ['connected']);
});

test('a connection that breaks makes room for one who waits', () => {
  const { attempts, connect, acquire } = setUp({ connections: 1, pending: 2 });
  const [a] = acquire();
  const socket = connect();
  const [b] = acquire();
  socket.handler.onClose(new Error('reset'));
  assert.deepEqual([a.heard, a.upstream], [['connected', 'broken'], undefined]);
  assert.equal(attempts.length, 1);
  connect();
  assert.deepEqual(b.heard, ['connected']);
});

test('who is forgotten gets nothing', () => {
  const { pool, connect, acquire } = setUp({ connections: 1, pending: 2 });
  const [a] = acquire();
  connect();
  const [b] = acquire();
  const [c] = acquire();
  pool.forget(b);
  a.upstream!.release();
  assert.deepEqual([b.heard, c.heard], [[], ['connected']]);
});

test('refused and too slow', () => {
  const { attempts, acquire, pass, context } = setUp({ connections: 2, pending: 0 });
  const [a] = acquire();
  const [b] = acquire();
  attempts.shift()!.onError(new Error('ECONNREFUSED'));
  assert.deepEqual(a.heard, ['refused']);
  pass(DEFAULT_PROXY_OPTIONS.connectTimeout + 100);
  assert.deepEqual(b.heard, ['timeout']);
  assert.equal(context.upstreamConnections, 0);
});

test('fresh: never a used connection, though one has to give way', () => {
  const { attempts, connect, acquire } = setUp({ connections: 1, pending: 0 });
  const [a] = acquire();
  const used = connect();
  a.upstream!.release();
  const [, how] = acquire(true);
  assert.deepEqual([how, used.destroyed, attempts.length], ['pending', true, 1]);
});

test('idle connections close after a time, and when they say something unasked', () => {
  const { connect, acquire, pass, context } = setUp({ connections: 2, pending: 0 });
  const [[a], [b]] = [acquire(), acquire()];
  const [first, second] = [connect(), connect()];
  a.upstream!.release();
  b.upstream!.release();
  first.handler.onData(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), 0, 19);
  assert.deepEqual([first.destroyed, second.destroyed], [true, false]);
  pass(DEFAULT_PROXY_OPTIONS.upstreamIdleTimeout + 100);
  assert.deepEqual([second.destroyed, context.upstreamConnections], [true, 0]);
});

test('what can be sent but once takes no connection that was idle for a second', () => {
  const { attempts, connect, acquire, pass } = setUp({ connections: 1, pending: 0 });
  const [a] = acquire();
  const used = connect();
  a.upstream!.release();
  pass(900);
  const [b, recent] = acquire(false, true);
  assert.equal(recent, 'ready');
  b.upstream!.release();
  pass(1_100);
  const [c, any] = acquire();
  assert.equal(any, 'ready');
  c.upstream!.release();
  pass(1_100);
  const [, old] = acquire(false, true);
  assert.deepEqual([old, used.destroyed, attempts.length], ['pending', true, 1]);
});

test('connections to an endpoint that drains are not kept', () => {
  const { pool, endpoint, connect, acquire } = setUp({ connections: 2, pending: 1 });
  const [[a], [b]] = [acquire(), acquire()];
  const [idle, busy] = [connect(), connect()];
  a.upstream!.release();
  endpoint.state = 'draining';
  pool.closeIdle();
  assert.deepEqual([idle.destroyed, busy.destroyed], [true, false]);
  const [[c], [d]] = [acquire(), acquire()];
  const next = connect();
  assert.deepEqual([c.heard, d.heard], [['connected'], []]);
  b.upstream!.release();
  assert.deepEqual([d.heard, busy.destroyed], [['connected'], false]);
  d.upstream!.release();
  c.upstream!.release();
  assert.deepEqual([busy.destroyed, next.destroyed], [true, true]);
});

test('an endpoint that refuses or is silent is ejected; one that accepts is not; a shortage of our own blames nobody', () => {
  const table: readonly (readonly [string, (attempt: ConnectHandler, pass: (ms: number) => void) => void, boolean])[] =
    [
      ['refused', attempt => attempt.onError(Object.assign(new Error(), { code: 'ECONNREFUSED' })), true],
      ['silent', (_, pass) => pass(DEFAULT_PROXY_OPTIONS.connectTimeout + 100), true],
      ['no descriptors', attempt => attempt.onError(Object.assign(new Error(), { code: 'EMFILE' })), false],
      ['accepted', attempt => attempt.onConnect(new FakeSocket()), false],
    ];
  for (const [name, act, out] of table) {
    const { endpoint, context, attempts, acquire, pass } = setUp({ connections: 2, pending: 0 });
    acquire();
    act(attempts.shift()!, pass);
    assert.deepEqual([endpoint.ejected, context.ejections], [out, out ? 1 : 0], name);
  }
});

test('many that are refused at once are one ejection, and a trial goes on a connection of its own', () => {
  const { endpoint, context, attempts, connect, acquire } = setUp({ connections: 4, pending: 0 });
  const [a] = acquire();
  connect();
  for (let i = 0; i < 3; i++) acquire();
  while (attempts.length > 0) attempts.shift()!.onError(new Error('refused'));
  assert.equal(context.ejections, 1);
  a.upstream!.release();
  endpoint.onTrial = true;
  assert.equal(acquire()[1], 'pending');
  assert.equal(endpoint.onTrial, false);
  attempts.shift()!.onError(new Error('refused'));
  assert.equal(context.ejections, 2, 'a trial that fails is one');
  assert.equal(acquire()[1], 'ready');
  acquire();
  connect();
  assert.equal(endpoint.failing, false);
});

test('a closed pool ends idle connections now and busy ones when they are given back; who waits is told', () => {
  const { pool, connect, acquire } = setUp({ connections: 2, pending: 1 });
  const [[a], [b]] = [acquire(), acquire()];
  const [idle, busy] = [connect(), connect()];
  a.upstream!.release();
  const [c] = acquire();
  c.upstream!.release();
  pool.close();
  assert.deepEqual([idle.destroyed, busy.destroyed], [true, false]);
  b.upstream!.release();
  assert.equal(busy.destroyed, true);
  const waiting = setUp({ connections: 1, pending: 1 });
  waiting.acquire();
  const [d] = waiting.acquire();
  waiting.pool.close();
  assert.deepEqual(d.heard, ['closed']);
});

test('requests share a connection of HTTP/2 as far as it has room, and wait for one that is being made', () => {
  const { connect, acquire, multiplexes, context } = setUp({ connections: 2, pending: 9 }, 'http2');
  const users = Array.from({ length: 4 }, () => acquire());
  assert.deepEqual([users.map(([, how]) => how), context.upstreamConnections], [Array(4).fill('pending'), 1]);
  connect();
  assert.deepEqual(
    users.map(([user]) => user.heard),
    [['connected'], ['connected'], [], []],
  );
  assert.equal(context.upstreamConnections, 2, 'no room: another is made');
  connect();
  assert.deepEqual([users[3]![0].heard, multiplexes.map(({ busy }) => busy)], [['connected'], [2, 2]]);
  const [waiting, how] = acquire();
  assert.equal(how, 'pending');
  users[0]![0].upstream!.release();
  assert.deepEqual([waiting.heard, context.upstreamConnections], [['connected'], 2]);
});

test('all that wait for one connection of HTTP/2 hear that it failed', () => {
  const { attempts, acquire, context } = setUp({ connections: 4, pending: 9 }, 'http2');
  const users = Array.from({ length: 3 }, () => acquire()[0]);
  attempts.shift()!.onError(new Error('refused'));
  assert.deepEqual(
    users.map(({ heard }) => heard),
    [['refused'], ['refused'], ['refused']],
  );
  assert.deepEqual([attempts.length, context.upstreamConnections], [0, 0]);
});

test('a connection of HTTP/2 that nobody uses grows old; one that is used does not', () => {
  const { connect, acquire, pass, multiplexes, context } = setUp({ connections: 2, pending: 2 }, 'http2');
  const [a] = acquire();
  connect();
  a.upstream!.release();
  const [b, how] = acquire();
  pass(DEFAULT_PROXY_OPTIONS.upstreamIdleTimeout + 100);
  assert.deepEqual([how, multiplexes[0]!.closed], ['ready', false]);
  b.upstream!.release();
  pass(DEFAULT_PROXY_OPTIONS.upstreamIdleTimeout + 100);
  assert.deepEqual([multiplexes[0]!.closed, context.upstreamConnections], [true, 0]);
});

test('a closed pool retires what is busy of HTTP/2; a new request gets no stream of it', () => {
  const { pool, connect, acquire, multiplexes } = setUp({ connections: 2, pending: 2 }, 'http2');
  const [a] = acquire();
  connect();
  pool.close();
  assert.deepEqual([multiplexes[0]!.retired, multiplexes[0]!.closed], [true, false]);
  a.upstream!.release();
  assert.equal(multiplexes[0]!.closed, true);
});

test('ALPN decides where the Backend leaves it open: those who wait for a share get connections of their own', () => {
  const { connect, acquire, multiplexes, context } = setUp({ connections: 4, pending: 9 }, 'negotiated');
  const [a] = acquire();
  connect();
  assert.deepEqual([a.heard, multiplexes.length, context.upstreamConnections], [['connected'], 0, 1]);
  assert.equal(acquire()[1], 'pending');
  assert.equal(context.upstreamConnections, 2);
});
