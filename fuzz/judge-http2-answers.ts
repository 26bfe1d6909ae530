import { seal } from '../src/ir/index.ts';
import { createProxy } from '../src/proxy/in-thread.ts';
import { DEFAULT_PROXY_OPTIONS } from '../src/proxy/index.ts';
import { MemoryRuntime } from '../src/proxy/memory/memory-runtime.ts';
import { backend, bind, forward, listener, route } from '../test/wire/config.ts';
import { type Case, count, type Fault, type Tally } from './case.ts';
import { fieldOf, settle } from './judge-http2.ts';
import { connectClient, type MemoryClient } from './memory-proxy.ts';
import { type PlainStream, readServer } from './plain-http2.ts';
import type { Random } from './random.ts';
import { describeReading, type Message } from './reading.ts';
import { cut, someSplits } from './splits.ts';

const REQUESTS =
  'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloHEAD /3 HTTP/1.1\r\nHost: a\r\n\r\n';
const METHODS = ['GET', 'POST', 'HEAD'];
/** Further connections to a backend that breaks each. */
const MOST_CONNECTIONS = 12;
/** What we say ourselves. */
const OURS = /^(?:date|via|connection|transfer-encoding|content-length|content-type): /i;

/** The data plane with a backend that says the same on each connection, once it was asked for something, and leaves. */
export interface SayingProxy {
  readonly runtime: MemoryRuntime;
  /** Connections to the backend in this case. */
  connections: number;
  /** What it says, in pieces. */
  says: readonly Uint8Array[];
  close(): void;
}

export async function openSayingProxy(): Promise<SayingProxy> {
  const runtime = new MemoryRuntime(socket => {
    let asked = false;
    saying.connections++;
    return {
      onBytes() {
        if (!asked) for (const piece of [...saying.says, undefined]) socket.deliver(piece);
        asked = true;
      },
      onEnd() {},
    };
  });
  const proxy = createProxy({ ...DEFAULT_PROXY_OPTIONS, ejectTime: 0 }, runtime);
  const saying: SayingProxy = { runtime, connections: 0, says: [], close: () => proxy.close() };
  const api = backend('api', 80).map(unit => (unit.kind === 'Backend' ? seal({ ...unit, protocol: 'http2' }) : unit));
  const units = [...api, route([{ action: forward({ api: 1 }) }]), listener(), bind()];
  await proxy.apply({ upserts: units, removals: [] });
  return saying;
}

/** What a backend says in HTTP/2 through the whole data plane: a client in HTTP/1.1 can read it, and it is what was said. */
export function judgeHttp2Answers(one: Case, proxy: SayingProxy, random: Random, tally: Tally): Fault | undefined {
  const bytes = Buffer.from(one.bytes, 'latin1');
  const splits = random.chance(0.5) ? [] : someSplits(one.bytes, random);
  proxy.says = cut(bytes, splits);
  proxy.connections = 0;
  proxy.runtime.rough = () => random.chance(0.05);
  const client = connectClient(proxy.runtime, METHODS);
  for (const piece of [Buffer.from(REQUESTS), undefined]) {
    client.socket.deliver(piece);
    settle(proxy.runtime);
  }
  const kind = faultOf(readServer(bytes), client, proxy, tally);
  if (kind === undefined) return undefined;
  return { kind, details: [`cut at ${splits.join(' ')}`, ...describeReading('client', client.reader)] };
}

function faultOf(
  said: readonly PlainStream[],
  { reader, ended }: MemoryClient,
  { connections }: SayingProxy,
  tally: Tally,
): string | undefined {
  if (reader.end === 'refused') return 'the client can not read what came';
  if (!ended) return 'a connection that stays open';
  if (connections > MOST_CONNECTIONS) return 'connections without end';
  for (const answer of reader.messages) {
    count(tally, `answered ${answer.status}`);
    if (!isOurs(answer) && !said.some(stream => fits(stream, answer))) return 'an answer that nobody gave';
  }
  return undefined;
}

/** What we say where the backend has said nothing that can be passed on. */
function isOurs({ status, fields }: Message): boolean {
  return status >= 500 && fields.every(line => OURS.test(line));
}

/** Whether the client may have been told this of a stream: of its head, or of an interim one. */
function fits({ blocks, content }: PlainStream, { status, fields, body, whole }: Message): boolean {
  const heads = blocks.filter(lines => Number(fieldOf(lines, ':status')) === status);
  const head = heads.find(lines =>
    fields.every(line => OURS.test(line) || lines.some(each => each.join(': ') === line)),
  );
  if (head === undefined || !content.startsWith(body)) return false;
  return !whole || body === '' || body === content || Number(fieldOf(head, 'content-length')) === body.length;
}
