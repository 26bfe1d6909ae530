import { type Problem, refKey } from '../resources/index.ts';
import type { ControllerEvent } from './events.ts';

/** Passes events on, but no flood about one object: who changes it all the time must not fill the log that others read. */
export interface EventLimit {
  take(event: ControllerEvent): void;
  close(): void;
}

export interface EventLimitOptions {
  readonly tell: (event: ControllerEvent) => void;
  /** How many events about one object are told within a window; default 60 in a minute (60,000 ms). */
  readonly most?: number;
  readonly window?: number;
}

interface Talk {
  told: number;
  /** What has come of the events that were not told, by what they are about. */
  readonly held: Map<string, ControllerEvent>;
  /** That some are not told is told, once for as long as it goes on. */
  restless: Problem | undefined;
  quiet: boolean;
}

export function createEventLimit({ tell, most = 60, window = 60_000 }: EventLimitOptions): EventLimit {
  const talks = new Map<string, Talk>();
  const timer = setInterval(turn, window);
  timer.unref();

  function turn(): void {
    for (const [object, talk] of talks) {
      for (const event of talk.held.values()) tell(event);
      if (talk.quiet && talk.restless) tell({ event: 'solved', problem: talk.restless });
      if (talk.quiet) talks.delete(object);
      Object.assign(talk, { told: 0, quiet: true });
      talk.held.clear();
    }
  }

  function hold(talk: Talk, object: string, event: ControllerEvent): void {
    talk.quiet = false;
    if (!talk.restless) {
      talk.restless = restlessness(object, most, window);
      tell({ event: 'problem', problem: talk.restless });
    }
    const topic = topicOf(event);
    const before = talk.held.get(topic);
    talk.held.delete(topic);
    // A problem that came and went was none.
    const undone = isOfProblem(event) && before !== undefined && before.event !== event.event;
    if (!undone) talk.held.set(topic, event);
  }

  return {
    take(event) {
      const object = objectOf(event);
      if (object === undefined) return tell(event);
      const talk = talks.get(object) ?? { told: 0, held: new Map(), restless: undefined, quiet: true };
      talks.set(object, talk);
      if (talk.told++ < most) tell(event);
      else hold(talk, object, event);
    },
    close: () => clearInterval(timer),
  };
}

/** As a change event names it; undefined: it is about no object of a tenant. */
function objectOf(event: ControllerEvent): string | undefined {
  switch (event.event) {
    case 'change':
      return event.object;
    case 'route':
      return `${event.kind}/${event.route}`;
    case 'listener':
      return `Gateway/${event.gateway}`;
    case 'problem':
    case 'solved':
      return event.problem.object && refKey(event.problem.object);
    case 'ready':
    case 'leader':
    case 'refused':
      return undefined;
  }
}

function topicOf(event: ControllerEvent): string {
  if (event.event === 'listener') return `listener ${event.listener}`;
  if (!isOfProblem(event)) return event.event;
  const { code, path, message } = event.problem;
  return `problem ${JSON.stringify([code, path, message])}`;
}

function isOfProblem(event: ControllerEvent): event is ControllerEvent & { readonly problem: Problem } {
  return event.event === 'problem' || event.event === 'solved';
}

function restlessness(object: string, most: number, window: number): Problem {
  const message = `${object} changes so often that only ${most} lines in ${window / 1000} s are told of it, and then what came of the rest`;
  return { severity: 'warning', code: 'LinesLeftOut', message };
}
