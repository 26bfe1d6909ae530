import { jsonConnectionLine } from '../access-log/connection-lines.ts';
import type { EndedConnection } from '../access-log/ended-connection.ts';
import { HeadText } from '../access-log/head-text.ts';
import { jsonLines } from '../access-log/json-lines.ts';
import type { Ending } from '../access-log/line-format.ts';
import { LogEntry } from '../access-log/log-entry.ts';
import { findFields } from '../access-log/logged-fields.ts';
import { outcomeOf } from '../access-log/outcomes.ts';
import { clientAddress } from '../client-address.ts';
import { latin1 } from '../http1/chars.ts';
import type { ErrorAnswer } from '../http1/error-answer.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { Peer } from '../peer.ts';
import type { RequestFacts } from '../request-facts.ts';
import type { RequestIds } from '../request-ids.ts';
import { bodyLength } from '../response-writer.ts';
import type { Trust } from '../trust.ts';
import { LineBatch, type Lines } from './line-batch.ts';
import { admitsConnection, admitsEnd, admitsHead, admitsRefused, type RequestFilter } from './request-filter.ts';

/** Somebody who looks on, wherever he is. */
export interface Watch {
  readonly id: number;
  readonly filter: RequestFilter;
}

/** Lines for a watch. */
export interface TailedLines extends Lines {
  readonly watch: number;
}

interface Watcher {
  readonly filter: RequestFilter;
  readonly batch: LineBatch;
}

/** What is kept of a request that somebody may want to see. */
export interface TailedRequest {
  readonly text: HeadText;
  /** Those that its head is right for. */
  readonly watchers: readonly Watcher[];
}

/** Whoever can say what a request met. */
export interface Knowing {
  facts(): RequestFacts;
}

/** Texts that are kept for later requests, and the bytes that such a one may hold. */
const MAX_KEPT = 256;
const MAX_KEPT_BYTES = 4_096;
/** How long lines wait for others to go with; ms. */
const GATHER = 100;

/**
 * Live requests for whoever looks on: a line of JSON each, as in the access log but with all that is known. As long as
 * nobody does, it is off and costs nothing; when lines come faster than they are fetched, further ones are counted only.
 */
export class Tail {
  private readonly trust: Trust;
  private readonly watchers = new Map<number, Watcher>();
  private fetch: ((lines: readonly TailedLines[]) => void) | undefined = undefined;
  private timer: NodeJS.Timeout | undefined = undefined;
  /** For later requests. */
  private readonly kept: HeadText[] = [];

  constructor(trust: Trust) {
    this.trust = trust;
  }

  get on(): boolean {
    return this.watchers.size > 0;
  }

  /**
   * From now on these look on, and nobody else. Resolves at once if they are others than before, else when there are lines for
   * them; with what there is, when it is called again. So nobody is sent more than he asks for.
   */
  follow(watches: readonly Watch[]): Promise<readonly TailedLines[]> {
    this.flush();
    if (this.change(watches) || !this.on) return Promise.resolve([]);
    return new Promise(resolve => {
      this.fetch = resolve;
      if (this.unsent()) this.arm();
    });
  }

  /** Whether they are others than before. */
  private change(watches: readonly Watch[]): boolean {
    const { watchers } = this;
    const added = watches.filter(({ id }) => !watchers.has(id));
    const gone = [...watchers.keys()].filter(id => !watches.some(watch => watch.id === id));
    for (const id of gone) watchers.delete(id);
    for (const { id, filter } of added) watchers.set(id, { filter, batch: new LineBatch() });
    return added.length + gone.length > 0;
  }

  /** Gives whoever waits for lines what there is. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { fetch } = this;
    if (fetch === undefined) return;
    this.fetch = undefined;
    fetch(
      [...this.watchers]
        .filter(([, { batch }]) => !batch.empty)
        .map(([watch, { batch }]) => ({ watch, ...batch.take() })),
    );
  }

  private unsent(): boolean {
    for (const { batch } of this.watchers.values()) if (!batch.empty) return true;
    return false;
  }

  private arm(): void {
    if (this.fetch !== undefined) this.timer ??= setTimeout(tail => tail.flush(), GATHER, this as Tail).unref();
  }

  /** A request begins, whose head is there as yet: `entry` if it has one, or one where it needs one. */
  open(head: RequestHead, peer: Peer, entry: LogEntry | undefined): LogEntry | undefined {
    const watchers = this.interested(head);
    if (watchers.length === 0) return entry;
    const taken = entry ?? new LogEntry();
    const text = this.kept.pop() ?? new HeadText();
    text.reset();
    const found = findFields(head, peer);
    taken.identified = found.requestId >= 0;
    taken.tailed = { text, watchers };
    jsonLines.request(text, head, clientAddress(head, peer, this.trust), found);
    return taken;
  }

  private interested(head: RequestHead): readonly Watcher[] {
    const facts = {
      method: head.method,
      host: latin1(head.bytes, head.hostStart, head.hostEnd),
      target: latin1(head.bytes, head.pathStart, head.targetEnd),
    };
    return [...this.watchers.values()].filter(({ filter }) => admitsHead(filter, facts));
  }

  /** The request was given the id that was made last. */
  identify({ text }: TailedRequest, ids: RequestIds): void {
    jsonLines.requestId(text, ids);
  }

  /** The request is over. @param route `namespace/name`, or '' */
  close({ text, watchers }: TailedRequest, entry: LogEntry, route: string, known: Knowing, ending: Ended): void {
    const wanted = watchers.filter(({ filter }) => admitsEnd(filter, route, ending.status));
    if (wanted.length > 0) this.tell(wanted, text, entry, { ...ending, labels: factsText(known.facts()) });
    if (this.kept.length < MAX_KEPT && text.out.bytes.length <= MAX_KEPT_BYTES) this.kept.push(text);
  }

  /** Bytes that were no request were answered. */
  refused(peer: Peer, answer: ErrorAnswer): void {
    const wanted = [...this.watchers.values()].filter(
      ({ filter }) => admitsRefused(filter) && admitsEnd(filter, '', answer.status),
    );
    const entry = new LogEntry();
    const text = new HeadText();
    jsonLines.refused(text, peer.address);
    entry.outcome = outcomeOf(answer);
    const { status } = answer;
    this.tell(wanted, text, entry, { status, durationMs: 0, received: 0, sent: bodyLength(answer), labels: NOTHING });
  }

  /** A connection or flow is over that no HTTP was spoken on. @param route `namespace/name`, or '' */
  connection(ended: EndedConnection, route: string, known: Knowing): void {
    const wanted = [...this.watchers.values()].filter(({ filter }) =>
      admitsConnection(filter, ended.serverName, route),
    );
    if (wanted.length === 0) return;
    const labels = factsText(known.facts());
    for (const { batch } of wanted) {
      const out = batch.room();
      if (out !== undefined) jsonConnectionLine(out, ended, labels, Date.now());
    }
    this.arm();
  }

  private tell(watchers: readonly Watcher[], text: HeadText, entry: LogEntry, ending: Ending): void {
    const now = Date.now();
    for (const { batch } of watchers) {
      const out = batch.room();
      if (out !== undefined) jsonLines.line(out, text, entry, ending, now);
    }
    if (watchers.length > 0) this.arm();
  }
}

export type Ended = Omit<Ending, 'labels'>;

const NOTHING = Buffer.alloc(0);

/** In the place of the access log's labels: the same names where they mean the same. */
function factsText({ listener, route, rule, ruleName, match, backend, outcome, policies }: RequestFacts): Uint8Array {
  const said = { listener, route, rule, rule_name: ruleName, match, backend, outcome };
  const members = JSON.stringify(policies.length === 0 ? said : { ...said, policies });
  return members === '{}' ? NOTHING : Buffer.from(`,${members.slice(1, -1)}`);
}
