import { METHODS } from 'node:http';
import { endTurn } from '../src/proxy/http2/end-of-turn.ts';
import type { MemoryRuntime } from '../src/proxy/memory/memory-runtime.ts';
import { type Case, count, type Fault, type Tally } from './case.ts';
import { connectClient, type MemoryProxy } from './memory-proxy.ts';
import type { Line } from './plain-hpack.ts';
import { framesOf, type PlainStream, readClient, streamsOf } from './plain-http2.ts';
import type { Random } from './random.ts';
import { describeMessage, type Message, valuesOf } from './reading.ts';
import { cut, everywhere, someSplits } from './splits.ts';

const LONG = 500;
/** Targets that are normal already: they come as they are. */
const NORMAL = /^\/[a-z]?(\?[a-z=]*)?$/;
/** What we say ourselves, or in other words. */
const OURS = new Set([
  'host',
  'cookie',
  'connection',
  'te',
  'transfer-encoding',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-request-id',
]);

/** What a client in HTTP/2 was told. */
interface Told {
  readonly bytes: Buffer[];
  ended: boolean;
}

/**
 * Frames through the whole data plane: the backend hears what a plain reading finds in them and nothing else, each answer goes to
 * the stream that asked, and no connection is left in a state in which another client would be answered wrongly.
 */
export function judgeHttp2(one: Case, proxy: MemoryProxy, random: Random, tally: Tally): Fault | undefined {
  const bytes = Buffer.from(one.bytes, 'latin1');
  const expected = readClient(bytes);
  if (!expected.every(({ blocks }) => METHODS.includes(fieldOf(blocks[0]!, ':method') ?? 'GET'))) {
    count(tally, 'left out: a method that llhttp does not know');
    return undefined;
  }
  const everyByte = bytes.length < LONG && random.chance(0.1);
  const splits = everyByte ? everywhere(bytes.length) : random.chance(0.5) ? [] : someSplits(one.bytes, random);
  const told = converse(proxy, cut(bytes, splits), random);
  const kind = faultOf(expected, told, proxy, tally);
  const behind = proxy.arrived.map(message => `backend: ${describeMessage(message)}`);
  const unsound = kind ?? soundnessFault(proxy);
  if (unsound === undefined) return undefined;
  const plain = expected.map(stream => `plainly: ${JSON.stringify(stream)}`);
  return { kind: unsound, details: [`cut at ${splits.join(' ')}`, ...plain, ...behind, ...proxy.unreadable] };
}

/** All that happens, with the ends of turns. */
export function settle(runtime: MemoryRuntime): void {
  for (let turn = 0; turn < 8; turn++) {
    runtime.settle();
    endTurn();
  }
  runtime.settle();
}

function answerWithNumbers(proxy: MemoryProxy): void {
  proxy.begin((request, socket) => {
    const number = proxy.arrived.indexOf(request);
    const body = `answer ${number}`;
    const head = `HTTP/1.1 200 OK\r\nX-Number: ${number}\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.deliver(Buffer.from(request.method === 'HEAD' ? head : head + body));
  });
}

function converse(proxy: MemoryProxy, pieces: readonly Uint8Array[], random: Random): Told {
  const { runtime } = proxy;
  const told: Told = { bytes: [], ended: false };
  answerWithNumbers(proxy);
  runtime.rough = () => random.chance(0.05);
  const socket = runtime.client({
    onBytes: bytes => void told.bytes.push(bytes),
    onEnd() {
      told.ended = true;
    },
  });
  for (const piece of pieces) {
    socket.deliver(piece);
    if (random.chance(0.2)) settle(runtime);
  }
  settle(runtime);
  socket.deliver(undefined);
  settle(runtime);
  return told;
}

function faultOf(
  expected: readonly PlainStream[],
  told: Told,
  { arrived, unreadable }: MemoryProxy,
  tally: Tally,
): string | undefined {
  if (unreadable.length > 0) return 'the backend can not read what came';
  if (!told.ended) return 'a connection that stays open';
  if (arrived.some(message => !expected.some(stream => fits(stream, message)))) return 'a request that nobody made';
  if (Buffer.concat(told.bytes).toString('latin1', 0, 5) === 'HTTP/') return undefined;
  const { frames, left } = framesOf(Buffer.concat(told.bytes));
  const answers = streamsOf(frames, true);
  if (left > 0 || answers === undefined) return 'the client can not read what came';
  for (const answer of answers) {
    const fault = answerFault(answer, expected, arrived);
    count(tally, `answered ${fieldOf(answer.blocks[0]!, ':status')}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function answerFault(
  answer: PlainStream,
  expected: readonly PlainStream[],
  arrived: readonly Message[],
): string | undefined {
  const head = answer.blocks.at(-1)!;
  const number = fieldOf(head, 'x-number');
  const asked = expected.filter(({ id }) => id === answer.id);
  if (number === undefined) {
    const ours = Number(fieldOf(head, ':status')) >= 400 || asked.some(({ blocks }) => asksUs(blocks[0]!));
    return ours ? undefined : 'an answer of nobody';
  }
  const message = arrived[Number(number)];
  if (message === undefined || !asked.some(stream => fits(stream, message))) return 'an answer to somebody else';
  if (answer.reset || message.method === 'HEAD') return undefined;
  return answer.content === `answer ${number}` || !answer.ended ? undefined : 'another answer';
}

/** `OPTIONS *` is answered by whoever is asked first. */
function asksUs(head: readonly Line[]): boolean {
  return fieldOf(head, ':path') === '*';
}

/** Whether a stream may have led to this request. */
export function fits({ blocks, content, ended }: PlainStream, message: Message): boolean {
  const head = blocks[0]!;
  const path = fieldOf(head, ':path') ?? '';
  const length = fieldOf(head, 'content-length');
  if (fieldOf(head, ':method') !== message.method) return false;
  if (NORMAL.test(path) && path !== message.target) return false;
  const host = valuesOf(message, 'host');
  if (host.length !== 1 || host[0] !== (fieldOf(head, ':authority') ?? fieldOf(head, 'host'))) return false;
  if (!content.startsWith(message.body)) return false;
  const all = (ended && message.body === content) || (length !== undefined && message.body.length === Number(length));
  return (all || !message.whole) && message.fields.every(line => comesFrom(head, line));
}

function comesFrom(head: readonly Line[], line: string): boolean {
  const at = line.indexOf(':');
  const name = line.slice(0, at).toLowerCase();
  return OURS.has(name) || head.some(([each, value]) => each === name && value === line.slice(at + 1).trim());
}

export function fieldOf(lines: readonly Line[], name: string): string | undefined {
  return lines.find(([each]) => each === name)?.[1];
}

/** Another client, in HTTP/1.1, on the connections to the backend that are there now. */
function soundnessFault(proxy: MemoryProxy): string | undefined {
  answerWithNumbers(proxy);
  const client = connectClient(proxy.runtime, ['GET']);
  client.socket.deliver(Buffer.from('GET /sound HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n'));
  client.socket.deliver(undefined);
  settle(proxy.runtime);
  const [answer] = client.reader.messages;
  const good = answer?.status === 200 && answer.whole && proxy.arrived[0]?.target === '/sound';
  return good && proxy.arrived.length === 1 ? undefined : 'another client is answered wrongly';
}
