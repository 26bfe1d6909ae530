import { type ApiClient, failureKind, isOfRole, type Pace, pauseAfter, type Reply } from '../../kubernetes/index.ts';
import { isRecord, type ObjectRef, type Problem, refKey } from '../../resources/index.ts';
import type { ControllerEvent } from '../events.ts';
import { forbiddenProblem } from '../forbidden-rule.ts';
import { createWriteProblems } from '../writing/write-problems.ts';
import { createWriteQueue, LEAST_PAUSE } from '../writing/write-queue.ts';
import { createWriteRate, type Rate } from '../writing/write-rate.ts';
import type { Writer } from '../writing/writer.ts';
import {
  type EventObject,
  eventObject,
  type Note,
  type ObjectIdentity,
  type Reporter,
  seriesOf,
} from './event-object.ts';
import { createNoteLimit } from './note-limit.ts';

/** Tells what happens to objects as Events of Kubernetes: what `kubectl describe` shows. Only while it leads. */
export interface ObjectEvents extends Writer {
  /** Problems that belong to an object, as long as they stand; everything else is passed over. */
  take(event: ControllerEvent): void;
  tell(object: ObjectRef, note: Note): void;
  /** A status of ours: a Gateway that is programmed is told of. */
  status(object: ObjectRef, status: unknown): void;
}

export interface ObjectEventsOptions {
  readonly client: ApiClient;
  readonly reporter: Reporter;
  /** Undefined: no such object is known, and nothing is told of it. */
  readonly identify: (object: ObjectRef) => ObjectIdentity | undefined;
  readonly onProblems: () => void;
  readonly now?: () => Date;
  /** Default 10 a second, 50 at once. */
  readonly rate?: Rate;
  /** Of one object, within `window` ms; default 10 in a minute. */
  readonly limit?: { readonly most: number; readonly window: number };
  /** Between failures in a row; default 0.5 s to 10 min, and 10 min after a right was missing. */
  readonly pace?: Pace;
}

/** Each is tried so often: an Event that is lost is no loss that others must wait for. */
const TRIES = 4;
/** How many are remembered, and how many wait. */
const MOST = 5_000;

interface Told {
  readonly event: EventObject;
  count: number;
  /** The API server has it. */
  stored: boolean;
  failures: number;
}

export function createObjectEvents(options: ObjectEventsOptions): ObjectEvents {
  const { client, reporter, identify, now = () => new Date(), pace = { firstMs: 500, mostMs: 600_000 } } = options;
  const closing = new AbortController();
  const limit = createNoteLimit(options.limit ?? { most: 10, window: 60_000 });
  const problems = createWriteProblems(options.onProblems);
  /** By the name of the event, those that were told last at the end. */
  const told = new Map<string, Told>();
  const standing = new Map<string, Problem>();
  const programmed = new Set<string>();
  const queue = createWriteQueue({
    isDue: key => leading && told.has(key),
    run,
    most: 4,
    rate: createWriteRate(options.rate ?? { perSecond: 10, burst: 50 }),
  });
  let leading = false;

  function tell(object: ObjectRef, note: Note): void {
    const identity = leading ? identify(object) : undefined;
    if (!identity || !limit.take(refKey(object))) return;
    const event = eventObject(object, identity, note, reporter, now());
    const key = `${event.namespace}/${event.name}`;
    const before = told.get(key);
    told.delete(key);
    told.set(key, { event, stored: before?.stored ?? false, count: (before?.count ?? 0) + 1, failures: 0 });
    for (const oldest of told.keys()) {
      if (told.size <= MOST) break;
      queue.drop(oldest);
      told.delete(oldest);
    }
    queue.add(key);
  }

  async function run(key: string): Promise<void> {
    const one = told.get(key);
    if (!one) return;
    const { namespace, name, body } = one.event;
    const collection = `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events`;
    const { signal } = closing;
    const reply = one.stored
      ? await client.request('PATCH', `${collection}/${name}`, {
          contentType: 'application/merge-patch+json',
          body: seriesOf(one.count, now()),
          signal,
        })
      : await client.request('POST', collection, { body, signal });
    if (!signal.aborted) conclude(key, one, reply);
  }

  function conclude(key: string, one: Told, reply: Reply): void {
    // Whoever led before told it: once is enough.
    const isTold = reply.kind === 'ok' || reply.failure.reason === 'AlreadyExists';
    if (isTold) {
      one.stored = true;
      problems.clear();
      return;
    }
    const { failure } = reply;
    const kind = failureKind(failure);
    if (kind === 'forbidden' && isOfRole(failure.message)) lack(key, one, failure.message);
    else if (kind === 'gone' && one.stored) again(key, { ...one, stored: false });
    else if (kind === 'unreachable' || kind === 'failed') again(key, one);
  }

  /** The server forgets Events after an hour: one that is gone is made anew. */
  function again(key: string, one: Told): void {
    const failures = one.failures + 1;
    if (failures >= TRIES) return;
    told.set(key, { ...one, failures });
    queue.add(key, pauseAfter(failures, pace, LEAST_PAUSE));
  }

  /** All wait for the right that one of them lacks. */
  function lack(key: string, { stored }: Told, said: string): void {
    const verb = stored ? 'patch' : 'create';
    const rule = { group: 'events.k8s.io', resource: 'events', verb, verbs: ['create', 'patch'] };
    problems.set('forbidden', forbiddenProblem({ ...rule, loss: 'kubectl describe shows nothing of Sluice' }, said));
    queue.pause(pace.mostMs);
    queue.add(key);
  }

  const noteOf = ({ severity, code, message, path }: Problem): Note => ({
    type: severity === 'info' ? 'Normal' : 'Warning',
    reason: code,
    text: path === undefined ? message : `${path}: ${message}`,
  });

  function tellProblem(problem: Problem): void {
    if (problem.object && problem.severity !== 'info') tell(problem.object, noteOf(problem));
  }

  return {
    take(event) {
      if ((event.event !== 'problem' && event.event !== 'solved') || !event.problem.object) return;
      const { code, path, message, object } = event.problem;
      const key = JSON.stringify([refKey(object), code, path, message]);
      if (event.event === 'solved') standing.delete(key);
      else {
        standing.set(key, event.problem);
        tellProblem(event.problem);
      }
    },
    tell,
    status(object, status) {
      if (object.kind !== 'Gateway') return;
      const key = refKey(object);
      if (!isProgrammed(status)) programmed.delete(key);
      else if (!programmed.has(key)) {
        programmed.add(key);
        tell(object, { type: 'Normal', reason: 'Programmed', text: `served at ${addressesIn(status)}` });
      }
    },
    lead(now) {
      if (leading === now) return;
      leading = now;
      queue.clear();
      problems.clear();
      if (leading) for (const problem of standing.values()) tellProblem(problem);
    },
    problems: problems.all,
    idle: queue.idle,
    async close() {
      leading = false;
      closing.abort();
      queue.clear();
      await queue.idle();
    },
  };
}

function isProgrammed(status: unknown): boolean {
  const { conditions } = isRecord(status) ? status : {};
  return (
    Array.isArray(conditions) &&
    conditions.some(each => isRecord(each) && each.type === 'Programmed' && each.status === 'True')
  );
}

function addressesIn(status: unknown): string {
  const { addresses } = isRecord(status) ? status : {};
  const values = Array.isArray(addresses) ? addresses.map(each => (isRecord(each) ? String(each.value) : '')) : [];
  return values.join(', ');
}
