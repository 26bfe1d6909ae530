import type { Delta } from '../ir/index.ts';
import { dial } from './dial.ts';
import { hostAndPort } from './host-and-port.ts';
import { converse, type Ending, type Link } from './link.ts';
import { oneLine } from './one-line.ts';
import type { Outcome } from './outcome.ts';
import type { KnownUnit, Subscription, SubscriptionOptions, SubscriptionState } from './subscription.ts';

const PAUSES = { first: 100, most: 5_000 };
const PATIENCE = 15_000;
const SHOW_TOKEN = 600_000;
/** A leader whose node is gone does not say so. */
const DIALING = 5_000;

export function createSubscription(options: SubscriptionOptions): Subscription {
  const { controller, facts, pauses = PAUSES, patience = PATIENCE, showToken = SHOW_TOKEN } = options;
  const serverName = options.serverName ?? hostAndPort(controller)?.host ?? controller;
  const closing = new AbortController();
  const { signal } = closing;
  /** What is being applied, over whichever connection it came. */
  const atWork = new Set<Promise<unknown>>();
  let state: SubscriptionState = { kind: 'waiting', reason: 'not connected yet' };
  let link: Link | undefined;
  let isLeaving = false;

  function become(next: SubscriptionState): void {
    const isNew = JSON.stringify(next) !== JSON.stringify(state);
    state = next;
    if (isNew && !signal.aborted) options.onState(next);
  }

  async function apply(delta: Delta): Promise<Outcome> {
    const work = options.apply(delta);
    atWork.add(work);
    return work.finally(() => atWork.delete(work));
  }

  /** Where it can't be read, the next time will do. */
  async function show(): Promise<void> {
    const token = await options.token().catch(() => undefined);
    if (token !== undefined) link?.show(token.trim());
  }

  /** What an earlier connection brought counts as well, once it is applied. */
  async function known(): Promise<readonly KnownUnit[]> {
    await Promise.allSettled(atWork);
    return options.known();
  }

  async function stay(address: string): Promise<Ending> {
    const token = await options.token().catch(unreadable('the token'));
    const authorities = await options.authorities().catch(unreadable('the file of authorities'));
    if (typeof token !== 'string') return token;
    if (typeof authorities !== 'string') return authorities;
    const socket = await dial({ address, serverName, authorities, patience: Math.min(patience, DIALING), signal });
    if (typeof socket === 'string') return { reason: socket, wasOfUse: false };
    const onWelcome = (welcomed: Link) => {
      link = welcomed;
      become({ kind: 'connected', controller: address });
    };
    const showing = setInterval(show, showToken).unref();
    const ending = await converse({
      ...{ socket, address, token: token.trim(), facts, patience, signal },
      ...{ isLeaving: () => isLeaving, known, apply, onWelcome },
    });
    clearInterval(showing);
    link = undefined;
    return ending;
  }

  /** Where it is sent on to somebody, it goes there at once, but only once in a row. */
  async function run(): Promise<void> {
    let address = controller;
    let failures = 0;
    let wasSentOn = false;
    while (!signal.aborted) {
      const { reason, leader, wasOfUse } = await stay(address);
      become({ kind: 'waiting', reason });
      const isSentOn = leader !== undefined && hostAndPort(leader) !== undefined;
      address = isSentOn ? leader : controller;
      if (wasOfUse) failures = 0;
      if (!isSentOn || wasSentOn) await pause(pauses.first * 2 ** failures++);
      wasSentOn = isSentOn;
    }
  }

  /** At least half of it: many proxies that lost one controller do not come back as one. */
  async function pause(ms: number): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(pauses.most, ms) * (0.5 + Math.random() / 2));
    const abort = () => resolve();
    signal.addEventListener('abort', abort);
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }

  return {
    start: () => void run(),
    leaving() {
      isLeaving = true;
      link?.leave();
    },
    tell: outcome => link?.tell(outcome),
    state: () => state,
    close: () => closing.abort(),
  };
}

function unreadable(what: string): (error: unknown) => Ending {
  return error => {
    const message = error instanceof Error ? error.message : String(error);
    return { reason: `${what} can not be read: ${oneLine(message)}`, wasOfUse: false };
  };
}
