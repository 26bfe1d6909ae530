import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../kubernetes/index.ts';
import type { Problem } from '../../resources/index.ts';
import { sameJson } from '../same-json.ts';
import { type LeaseRecord, leaseObject, type ReadLease } from './lease-record.ts';
import { askForLease, type LeaseAnswer, type LeaseVerb, leaseProblem } from './lease-request.ts';

/** In ms; the same as those of client-go unless told. */
export interface LeaseTimes {
  /** How long others wait for a holder that says nothing. 15 s */
  readonly duration: number;
  /** How long a holder that can't renew goes on. Less than `duration`, or two would lead. 10 s */
  readonly renewDeadline: number;
  /** Between two tries; those who wait add up to 1.2 times as much, so that they don't come together. 2 s */
  readonly retryPeriod: number;
}

export interface LeaseOptions {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly name: string;
  /** Of this process among all that want the Lease. */
  readonly identity: string;
  /** Where proxies reach this process, `host:port`: others send theirs there while it leads. */
  readonly address?: string;
  readonly times?: LeaseTimes;
  /** What others see in the Lease; it decides nothing. */
  readonly now?: () => Date;
  /** What `problems` gives has changed. */
  readonly onProblems?: () => void;
}

/** `holder`: who has it, if that is known; `address`: where proxies reach another one, if it says. */
export type LeaseListener = (leading: boolean, holder?: string, address?: string) => void;

/** Leader election by a coordination.k8s.io/v1 Lease, as client-go does it. */
export interface Lease {
  /** Tries for it until `stop`. `onChange` hears of us and of other holders, first when the first answer is in. */
  start(onChange: LeaseListener): void;
  problems(): readonly Problem[];
  /** Gives it away, so that the next one need not wait. Nothing may be under way by then that only a leader may do. */
  stop(): Promise<void>;
}

const TIMES: LeaseTimes = { duration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000 };
const JITTER = 1.2;

export function createLease(options: LeaseOptions): Lease {
  const { client, namespace, name, identity, times = TIMES, now = () => new Date() } = options;
  const place = { client, namespace, name };
  const stopping = new AbortController();
  let request = new AbortController();
  let listener: LeaseListener = () => {};
  let known: ReadLease | undefined;
  /** When `known` became another one here: the clocks of other machines are never asked. */
  let knownSince = 0;
  let told: string | undefined;
  let leading = false;
  let deadline: NodeJS.Timeout | undefined;
  let problem: Problem | undefined;
  /** A write was under way when we stopped. */
  let inDoubt = false;
  let rounds: Promise<void> = Promise.resolve();

  function tell(): void {
    const other = known?.record.holder === identity ? '' : (known?.record.holder ?? '');
    const holder = leading ? identity : other;
    const address = leading || holder === '' ? undefined : known?.record.address;
    if (told === `${leading} ${holder} ${address}`) return;
    told = `${leading} ${holder} ${address}`;
    if (holder === '') listener(leading);
    else if (address === undefined) listener(leading, holder);
    else listener(leading, holder, address);
  }

  function stepDown(): void {
    clearTimeout(deadline);
    leading = false;
    tell();
  }

  function note(lease: ReadLease): void {
    if (lease.resourceVersion === known?.resourceVersion) return;
    known = lease;
    knownSince = performance.now();
  }

  function report(answer: LeaseAnswer | undefined): void {
    const found = answer?.kind === 'failed' ? leaseProblem(place, answer.verb, answer.failure) : undefined;
    if (sameJson(problem, found)) return;
    problem = found;
    options.onProblems?.();
  }

  async function ask(verb: LeaseVerb, body?: object): Promise<LeaseAnswer> {
    request = new AbortController();
    const patience = times.renewDeadline / 2;
    const silence = AbortSignal.timeout(patience);
    const answer = await askForLease(place, verb, AbortSignal.any([request.signal, silence]), body);
    if (answer.kind === 'ok' || !silence.aborted) return answer;
    const message = `no answer from ${client.server} within ${patience / 1000} s`;
    return { ...answer, failure: { ...answer.failure, message } };
  }

  async function round(): Promise<void> {
    const began = performance.now();
    const answer = await attempt();
    if (stopping.signal.aborted) {
      inDoubt = answer?.kind === 'ok' || (answer !== undefined && answer.verb !== 'get');
      return;
    }
    if (answer?.kind === 'ok') hold(answer.lease, began);
    report(answer);
    if (leading && known?.record.holder !== identity) stepDown();
    tell();
  }

  /** Renews or takes the Lease; undefined: another one has it. */
  async function attempt(): Promise<LeaseAnswer | undefined> {
    if (leading && known) {
      const renewed = await write(known);
      if (renewed.kind === 'ok' || renewed.failure.status === 0) return renewed;
    }
    const looked = await ask('get');
    if (looked.kind === 'failed') {
      return looked.failure.status === 404 ? ask('create', leaseObject(place, ours(undefined), now())) : looked;
    }
    note(looked.lease);
    return isTaken(looked.lease.record) ? undefined : write(looked.lease);
  }

  async function write(before: ReadLease): Promise<LeaseAnswer> {
    return ask('update', leaseObject(place, ours(before.record), now(), before));
  }

  function isTaken({ holder, durationSeconds }: LeaseRecord): boolean {
    return holder !== '' && holder !== identity && performance.now() < knownSince + durationSeconds * 1000;
  }

  function ours(before: LeaseRecord | undefined): LeaseRecord {
    const durationSeconds = times.duration / 1000;
    const { address } = options;
    if (before?.holder === identity) return { ...before, durationSeconds, address };
    const transitions = before ? before.transitions + 1 : 0;
    return { holder: identity, durationSeconds, acquireTime: undefined, transitions, address };
  }

  /** Ours from `began`, for others may have seen it at any time since. */
  function hold(lease: ReadLease, began: number): void {
    note(lease);
    clearTimeout(deadline);
    const left = began + times.renewDeadline - performance.now();
    leading = left > 0;
    if (leading) deadline = setTimeout(stepDown, left);
  }

  async function tryOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      await round();
      const ms = times.retryPeriod * (leading ? 1 : 1 + JITTER * Math.random());
      await sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  /** What was under way when we stopped may be stored or not, so look first. */
  async function release(): Promise<void> {
    const looked = await ask('get');
    if (looked.kind === 'failed' || looked.lease.record.holder !== identity) return;
    const record = {
      ...looked.lease.record,
      holder: '',
      durationSeconds: 1,
      acquireTime: undefined,
      address: undefined,
    };
    await ask('update', leaseObject(place, record, now(), looked.lease));
  }

  return {
    start(onChange) {
      listener = onChange;
      rounds = tryOn();
    },
    problems: () => (problem ? [problem] : []),
    async stop() {
      stopping.abort();
      request.abort();
      await rounds;
      const mayHold = leading || inDoubt;
      if (leading) stepDown();
      if (mayHold) await release();
    },
  };
}
