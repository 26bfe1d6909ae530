import type { TLSSocket } from 'node:tls';
import type { Delta } from '../ir/index.ts';
import { createChannel } from './channel.ts';
import { createInbox } from './inbox.ts';
import { type Hello, PROTOCOL, type TokenShown } from './messages.ts';
import { oneLine } from './one-line.ts';
import type { Outcome } from './outcome.ts';
import type { ProxyFacts } from './proxy-facts.ts';
import { readHubMessage } from './read-hub-message.ts';
import type { KnownUnit } from './subscription.ts';

/** A connection to a controller that let us in. */
export interface Link {
  /** Who we are, again. */
  show(token: string): void;
  tell(outcome: Outcome): void;
  leave(): void;
}

export interface LinkOptions {
  readonly socket: TLSSocket;
  /** `host:port`. */
  readonly address: string;
  readonly token: string;
  readonly facts: ProxyFacts;
  readonly isLeaving: () => boolean;
  /** Ms. */
  readonly patience: number;
  readonly known: () => Promise<readonly KnownUnit[]>;
  readonly apply: (delta: Delta) => Promise<Outcome>;
  readonly onWelcome: (link: Link) => void;
  readonly signal: AbortSignal;
}

/** Why a connection, or the attempt, is over. */
export interface Ending {
  readonly reason: string;
  /** `host:port` of whom we are sent to. */
  readonly leader?: string;
  /** Something was applied. */
  readonly wasOfUse: boolean;
}

const LIMIT = 67_108_864;
/** Signs of life that may fail to come. */
const MISSED = 3;

/** Says who we are and what we have, and does what comes, until the connection ends. */
export function converse(options: LinkOptions): Promise<Ending> {
  const { socket, address, token, facts, patience, signal } = options;
  const { promise, resolve } = Promise.withResolvers<Ending>();
  let wasOfUse = false;
  let isOver = false;
  let refused: Omit<Ending, 'wasOfUse'> | undefined;
  const channel = createChannel({
    socket,
    limit: () => LIMIT,
    onMessage: take,
    onClose(reason) {
      isOver = true;
      signal.removeEventListener('abort', abort);
      resolve({ reason: `${address}: ${oneLine(reason)}`, ...refused, wasOfUse });
    },
  });
  const inbox = createInbox({
    version: facts.version,
    apply: options.apply,
    onApplied(lane, version, outcome) {
      wasOfUse = true;
      channel.send(JSON.stringify({ type: 'ack', lane, version, outcome }));
    },
    onFailure: reason => channel.destroy(reason),
  });

  function abort(): void {
    channel.destroy('it was closed');
  }

  function take(text: string): void {
    const message = readHubMessage(text);
    switch (message.type) {
      case 'refused':
        refused = {
          reason: `${address} refuses this proxy: ${message.reason}`,
          ...(message.leader !== undefined && { leader: message.leader }),
        };
        channel.destroy('refused');
        return;
      case 'welcome':
        introduce(message.heartbeat).catch(error => channel.destroy(String(error)));
        return;
      case 'delta':
        inbox.take(message);
        return;
      case 'unreadable':
        channel.destroy(message.reason);
        return;
      case 'ping':
      case 'unknown':
        return;
    }
  }

  async function introduce(heartbeat: number): Promise<void> {
    channel.beat(heartbeat, Math.max(patience, MISSED * heartbeat));
    const units = await options.known();
    if (isOver) return;
    channel.send(knownText(units));
    if (options.isLeaving()) leave();
    options.onWelcome({ show, tell: outcome => channel.send(told(outcome)), leave });
  }

  function told(outcome: Outcome): string {
    return JSON.stringify({ type: 'outcome', outcome: inbox.tell(outcome) });
  }

  function show(again: string): void {
    channel.send(JSON.stringify({ type: 'token', token: again } satisfies TokenShown));
  }

  function leave(): void {
    channel.send(JSON.stringify({ type: 'leaving' }));
  }

  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  channel.beat(patience / MISSED, patience);
  const leaving = options.isLeaving();
  channel.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL, token, facts, leaving } satisfies Hello));
  return promise;
}

/** As `readKnown` takes it. */
function knownText(units: readonly KnownUnit[]): string {
  const kinds = Map.groupBy(units, ({ kind }) => kind);
  const lists = [...kinds].map(([kind, list]) => [kind, list.map(({ name, hash }) => [name, hash])]);
  return JSON.stringify({ type: 'known', units: Object.fromEntries(lists) });
}
