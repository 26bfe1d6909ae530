import { METHODS } from 'node:http';
import { type Case, count, type Fault, type Tally } from './case.ts';
import { connectClient, type MemoryClient, type MemoryProxy } from './memory-proxy.ts';
import { type OurRequests, readOurRequests } from './our-requests.ts';
import { passageFault } from './passage.ts';
import type { Random } from './random.ts';
import { describeReading, type Message, type Reading, valuesOf } from './reading.ts';
import { cut, everywhere, someSplits } from './splits.ts';

const LONG = 500;

/** Requests through the whole proxy: what llhttp reads behind it are those that we accepted, each once, and answered. */
export function judgePassing(one: Case, proxy: MemoryProxy, random: Random, tally: Tally): Fault | undefined {
  const bytes = Buffer.from(one.bytes, 'latin1');
  const ours = readOurRequests([bytes]);
  if (!ours.messages.every(({ method }) => METHODS.includes(method))) {
    count(tally, 'left out: a method that llhttp does not know');
    return undefined;
  }
  const everyByte = bytes.length < LONG && random.chance(0.1);
  const splits = everyByte ? everywhere(bytes.length) : random.chance(0.5) ? [] : someSplits(one.bytes, random);
  // What comes later than a request for another protocol, its answer decides: here only what comes with it.
  const sent = ours.upgrading && splits.length > 0 ? bytes.subarray(0, ours.stoppedAt) : bytes;
  const places = splits.filter(place => place < sent.length);
  const client = converse(proxy, cut(sent, places), ours, random);
  const kind = faultOf(ours, client, proxy);
  if (kind === undefined) return undefined;
  const behind: Reading = { messages: proxy.arrived, end: 'over', reason: proxy.unreadable.join(' ') };
  const details = [...describeReading('ours   ', ours), ...describeReading('backend', behind)];
  return { kind, details: [`cut at ${splits.join(' ')}`, ...details, ...describeReading('client ', client.reader)] };
}

function converse(proxy: MemoryProxy, pieces: readonly Uint8Array[], ours: OurRequests, random: Random): MemoryClient {
  const { runtime } = proxy;
  let number = 0;
  proxy.begin((request, socket) => {
    const body = `answer ${number}`;
    const head = `HTTP/1.1 200 OK\r\nX-Number: ${number++}\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.deliver(Buffer.from(request.method === 'HEAD' ? head : head + body));
  });
  runtime.rough = () => random.chance(0.05);
  const client = connectClient(runtime, ours.methods);
  for (const piece of pieces) {
    client.socket.deliver(piece);
    if (random.chance(0.2)) runtime.settle();
  }
  client.socket.deliver(undefined);
  runtime.settle();
  return client;
}

function faultOf(ours: OurRequests, client: MemoryClient, { arrived, unreadable }: MemoryProxy): string | undefined {
  if (unreadable.length > 0) return 'the backend can not read what came';
  if (client.reader.end === 'refused') return 'the client can not read what came';
  if (!client.ended) return 'a connection that stays open';
  const answers = client.reader.messages.filter(({ status }) => status >= 200);
  const known = new Set<Message>();
  for (const [i, answer] of answers.entries()) {
    const accepted = ours.messages[i];
    if (!answer.whole) return 'an answer that is not whole';
    const [number] = valuesOf(answer, 'x-number');
    if (number === undefined) {
      if (answer.status < 400 && accepted?.target !== '*') return 'an answer of nobody';
      continue;
    }
    const message = arrived[Number(number)];
    if (message === undefined || Number(number) !== known.size) return 'answers in another order';
    known.add(message);
    if (accepted === undefined) return 'a request that was not accepted';
    const fault = passageFault(accepted, message);
    if (fault !== undefined) return fault;
    if (accepted.method !== 'HEAD' && answer.body !== `answer ${number}`) return 'another answer';
  }
  return restFault(ours, answers, arrived.slice(known.size));
}

function restFault(ours: Reading, answers: readonly Message[], rest: readonly Message[]): string | undefined {
  if (rest.some(({ whole }) => whole)) return 'a request that nobody heard the answer to';
  if (rest.length > 1 || (rest.length === 1 && ours.messages.at(-1)?.whole !== false)) return 'a part of a request';
  // A head that does not end may be refused as well.
  const refused = ours.end === 'refused' || ours.end === 'waiting' ? 1 : 0;
  if (answers.length > ours.messages.length + refused) return 'more answers than requests';
  const own = answers.some(answer => valuesOf(answer, 'x-number').length === 0);
  const wholes = ours.messages.filter(({ whole }) => whole);
  return own || answers.length >= wholes.length ? undefined : 'a request without an answer';
}
