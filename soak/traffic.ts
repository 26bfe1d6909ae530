import { setTimeout as sleep } from 'node:timers/promises';
import { abandon, ask, closeKept, type Fault } from './requests.ts';
import { readSlowly } from './slow-reader.ts';
import { fail, type Tally } from './tally.ts';
import { talk } from './web-socket.ts';

interface Kind {
  readonly name: string;
  /** Of all requests. */
  readonly share: number;
  send(port: number): Promise<Fault>;
}

const upTo = (most: number): number => Math.random() * most;

/** The last takes what is left. */
const KINDS: readonly Kind[] = [
  { name: 'slow reader', share: 0.002, send: port => readSlowly(port, '/steady/big') },
  { name: 'WebSocket', share: 0.004, send: port => talk(port, '/steady/socket', 1 + Math.floor(upTo(10))) },
  { name: 'abort of much', share: 0.004, send: port => abandon({ port, path: '/steady/big' }, upTo(60)) },
  { name: 'abort of a wait', share: 0.02, send: port => abandon({ port, path: '/steady/slow' }, upTo(300)) },
  { name: 'GET, flaky', share: 0.1, send: port => ask({ port, path: '/flaky', method: 'GET' }) },
  { name: 'GET, new', share: 0.12, send: port => ask({ port, path: '/steady', method: 'GET', alone: true }) },
  { name: 'POST, chunked', share: 0.05, send: port => ask({ port, path: '/steady', method: 'POST', chunked: true }) },
  { name: 'POST', share: 0.15, send: port => ask({ port, path: '/steady', method: 'POST' }) },
  { name: 'GET', share: 1, send: port => ask({ port, path: '/steady', method: 'GET' }) },
];

function drawn(): Kind {
  const dice = Math.random();
  let sum = 0;
  for (const kind of KINDS) {
    sum += kind.share;
    if (dice < sum) return kind;
  }
  return KINDS.at(-1)!;
}

/** How often requests are sent that are due, in ms, and how many may be under way, in seconds of the rate. */
const STEP = 10;
const MOST = 6;

/** Sends requests of all kinds, `rate` a second whether or not others are answered, until told to stop. */
export function startTraffic(port: number, rate: number, tally: Tally): { stop(): Promise<void> } {
  const began = performance.now();
  let begun = 0;
  let underWay = 0;

  async function send(kind: Kind): Promise<void> {
    underWay++;
    const fault = await kind.send(port);
    underWay--;
    tally.requests++;
    if (fault !== undefined) fail(tally, `${kind.name}: ${fault}`);
  }

  const timer = setInterval(() => {
    for (const due = ((performance.now() - began) / 1_000) * rate; begun < due; begun++) {
      if (underWay < MOST * rate) void send(drawn());
      else fail(tally, 'too many under way');
    }
  }, STEP);
  return {
    async stop() {
      clearInterval(timer);
      while (underWay > 0) await sleep(STEP);
      closeKept();
    },
  };
}
