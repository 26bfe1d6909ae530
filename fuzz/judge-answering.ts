import type { MemoryRuntime } from '../src/proxy/memory/memory-runtime.ts';
import { type Case, count, type Fault, type Tally } from './case.ts';
import { connectClient, type MemoryClient, type MemoryProxy } from './memory-proxy.ts';
import { readOurResponses } from './our-responses.ts';
import type { Random } from './random.ts';
import { describeReading, type Message, type Reading, valuesOf } from './reading.ts';
import { cut, someSplits } from './splits.ts';

const NEXT = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n';
/** Interim answers that are passed on for one request; more are a fault of the backend. */
const MAX_INTERIMS = 32;

/** An answer through the whole proxy: the client gets it as we read it, or an error; nobody else gets anything of it. */
export function judgeAnswering(one: Case, proxy: MemoryProxy, random: Random, tally: Tally): Fault | undefined {
  const { runtime } = proxy;
  const [method = 'GET'] = one.methods;
  const minor = random.chance(0.15) ? 0 : 1;
  const bytes = Buffer.from(one.bytes, 'latin1');
  const ends = new Set(readOurResponses([bytes], [method], one.ends).ends);
  // Whether what comes alone behind an answer belongs to the next request, nobody can tell: so nothing does.
  const splits = random.chance(0.4) ? [] : someSplits(one.bytes, random).filter(place => !ends.has(place));
  const ours = readOurResponses(cut(bytes, splits), [method], one.ends);
  proxy.begin((request, socket) => {
    if (request.target !== '/case') socket.deliver(ownAnswer(request));
    else for (const piece of cut(bytes, splits)) socket.deliver(piece);
    if (request.target === '/case' && one.ends) socket.deliver(undefined);
  });
  runtime.rough = () => random.chance(0.05);
  const client = connectClient(runtime, [method]);
  const pipelined = random.chance(0.5);
  ask(runtime, client, `${method} /case HTTP/1.${minor}\r\nHost: a\r\n\r\n${pipelined ? NEXT : ''}`);
  const fault =
    answerFault(ours, client, one.ends, minor) ?? nextFault(runtime, client, pipelined) ?? freshFault(runtime);
  client.socket.deliver(undefined);
  client.socket.destroy(true);
  runtime.settle();
  const passed = client.reader.messages.some(({ whole, status }) => whole && status !== 502);
  count(tally, passed ? 'passed on' : 'not passed on');
  if (fault === undefined) return undefined;
  const details = [...describeReading('ours  ', ours), ...describeReading('client', client.reader)];
  return { kind: fault, details: [`HTTP/1.${minor}, cut at ${splits.join(' ')}`, ...details] };
}

function ask(runtime: MemoryRuntime, client: MemoryClient, request: string): void {
  client.socket.deliver(Buffer.from(request));
  runtime.settle();
}

function ownAnswer({ target }: Message): Uint8Array {
  return Buffer.from(`HTTP/1.1 200 OK\r\nX-Own: ${target}\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
}

function isOwn(answer: Message | undefined, target: string): boolean {
  return answer?.whole === true && answer.body === target && valuesOf(answer, 'x-own').join() === target;
}

function finals({ messages }: Reading): readonly Message[] {
  return messages.filter(({ status }) => status >= 200);
}

function answerFault(ours: Reading, client: MemoryClient, ends: boolean, minor: 0 | 1): string | undefined {
  if (client.reader.end === 'refused') return 'the client can not read what came';
  const [got, second] = finals(client.reader);
  if (second !== undefined && !isOwn(second, '/next')) return 'two answers to one request';
  const [meant] = finals(ours);
  const interims = ours.messages.findIndex(({ status }) => status >= 200);
  if (meant?.whole && interims <= MAX_INTERIMS) return wholeFault(ours, meant, got, client, minor);
  if (got === undefined) return ends || ours.end === 'refused' ? 'no answer' : undefined;
  if (got.whole) return got.status === 502 ? undefined : 'an answer that nobody gave';
  if (meant === undefined || meant.status !== got.status || !meant.body.startsWith(got.body))
    return 'another beginning';
  return client.ended && minor === 0 && !client.reset ? 'a cut that can not be seen' : undefined;
}

function wholeFault(ours: Reading, meant: Message, got: Message | undefined, client: MemoryClient, minor: 0 | 1) {
  if (!got?.whole) return 'an answer that got lost';
  if (got.status !== meant.status || got.body !== meant.body) return 'another answer';
  if (valuesOf(got, 'content-length').length > 0 && valuesOf(got, 'transfer-encoding').length > 0)
    return 'two framings';
  const statuses = ({ messages }: Reading) => messages.filter(one => one.status < 200).map(({ status }) => status);
  const first = ours.messages.indexOf(meant);
  const expected =
    minor === 0 ? [] : statuses({ ...ours, messages: ours.messages.slice(0, first) }).filter(one => one !== 100);
  return `${statuses(client.reader)}` === `${expected}` ? undefined : 'other interim answers';
}

/** Another request on the same connection gets its own answer, or none because that was closed. */
function nextFault(runtime: MemoryRuntime, client: MemoryClient, pipelined: boolean): string | undefined {
  const answered = finals(client.reader);
  if (pipelined && answered.length < 2) return undefined;
  if (!pipelined) {
    if (client.ended || !answered[0]?.whole) return undefined;
    ask(runtime, client, NEXT);
  }
  return isOwn(finals(client.reader)[1], '/next') ? undefined : 'another answer to the next request';
}

function freshFault(runtime: MemoryRuntime): string | undefined {
  const client = connectClient(runtime, []);
  ask(runtime, client, 'GET /fresh HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  client.socket.deliver(undefined);
  runtime.settle();
  return isOwn(finals(client.reader)[0], '/fresh') ? undefined : 'another answer to a stranger';
}
