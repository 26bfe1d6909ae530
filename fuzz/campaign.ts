import type { Case, Fault, Subject, Tally } from './case.ts';
import { hello, introduction } from './greeting-grammar.ts';
import { blocks, http2, http2Answers } from './http2-grammar.ts';
import { judgeAnswering } from './judge-answering.ts';
import { judgeHello, judgeIntroduction } from './judge-greetings.ts';
import { judgeHpack } from './judge-hpack.ts';
import { judgeHttp2 } from './judge-http2.ts';
import { judgeHttp2Answers, openSayingProxy } from './judge-http2-answers.ts';
import { judgePassing } from './judge-passing.ts';
import { judgeReading } from './judge-reading.ts';
import { openProxy } from './memory-proxy.ts';
import { random } from './random.ts';
import { requests } from './request-grammar.ts';
import { responses } from './response-grammar.ts';
import { shrink } from './shrink.ts';

/** A case that went wrong, as small as it could be made. */
export interface Finding {
  readonly seed: number;
  readonly one: Case;
  readonly fault: Fault;
}

export interface Result {
  readonly cases: number;
  readonly tally: Tally;
  readonly finding: Finding | undefined;
}

export interface Campaign {
  readonly subject: Subject;
  /** Case n is made from `seed + n`. */
  readonly seed: number;
  readonly milliseconds: number;
  /** Cases that are known, for splices. */
  readonly corpus: readonly Case[];
}

const METHODS = ['GET', 'GET', 'GET', 'HEAD', 'POST'];

/** What is no message of HTTP/1. */
const GRAMMARS = { hpack: blocks, http2, 'http2-answers': http2Answers, hello, introduction } as const;

function isOther(subject: Subject): subject is keyof typeof GRAMMARS {
  return subject in GRAMMARS;
}

function generate(subject: Subject, seed: number, corpus: readonly Case[]): Case {
  const choices = random(seed);
  if (isOther(subject)) {
    const alike = corpus.filter(one => one.subject === subject).map(one => one.bytes);
    return { subject, bytes: GRAMMARS[subject](choices, alike), methods: [], ends: true };
  }
  const isRequest = subject === 'requests' || subject === 'proxy';
  const kinds = isRequest ? ['requests', 'proxy'] : ['responses', 'answers'];
  const known = corpus.filter(one => kinds.includes(one.subject));
  const texts = known.map(one => one.bytes);
  if (isRequest) return { subject, bytes: requests(choices, texts), methods: [], ends: true };
  const methods = Array.from({ length: 3 }, () => choices.pick(METHODS));
  return { subject, bytes: responses(choices, texts), methods, ends: choices.chance(0.8) };
}

/** Judges cases of one subject; `seed` decides on the splits. */
export interface Judge {
  judge(one: Case, seed: number, tally: Tally): Fault | undefined;
  close(): void;
}

/** Of those who need nothing but the bytes. */
function readingJudge(subject: Subject): Judge['judge'] | undefined {
  switch (subject) {
    case 'requests':
    case 'responses':
      return (one, seed, tally) => judgeReading(one, random(~seed), tally);
    case 'hpack':
      return (one, _seed, tally) => judgeHpack(one, tally);
    case 'hello':
      return (one, _seed, tally) => judgeHello(one, tally);
    case 'introduction':
      return (one, _seed, tally) => judgeIntroduction(one, tally);
    default:
      return undefined;
  }
}

export async function openJudge(subject: Subject): Promise<Judge> {
  const reading = readingJudge(subject);
  if (reading !== undefined) return { judge: reading, close() {} };
  if (subject === 'http2-answers') {
    const saying = await openSayingProxy();
    return {
      judge: (one, seed, tally) => judgeHttp2Answers(one, saying, random(~seed), tally),
      close: () => saying.close(),
    };
  }
  const judge = subject === 'proxy' ? judgePassing : subject === 'http2' ? judgeHttp2 : judgeAnswering;
  const proxy = await openProxy();
  return {
    judge: (one, seed, tally) => judge(one, proxy, random(~seed), tally),
    close: () => proxy.close(),
  };
}

/** Cases one after the other until the time is over or one is wrong. */
export async function run({ subject, seed, milliseconds, corpus }: Campaign): Promise<Result> {
  const judge = await openJudge(subject);
  const tally: Tally = new Map();
  const end = performance.now() + milliseconds;
  let cases = 0;
  let finding: Finding | undefined;
  while (performance.now() < end && finding === undefined) {
    const one = generate(subject, seed + cases, corpus);
    const fault = judge.judge(one, seed + cases, tally);
    if (fault === undefined) cases++;
    else finding = smallest(one, fault, seed + cases, judge);
  }
  judge.close();
  return { cases, tally, finding };
}

function smallest(one: Case, fault: Fault, seed: number, { judge }: Judge): Finding {
  const smaller = shrink(one, other => judge(other, seed, new Map())?.kind === fault.kind);
  return { seed, one: smaller, fault: judge(smaller, seed, new Map()) ?? fault };
}
