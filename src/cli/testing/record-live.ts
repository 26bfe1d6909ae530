import type { Unit } from '../../ir/index.ts';
import { createLiveRequests, goesTheSameWay, type SeenLive } from '../../testing/index.ts';
import { followAdmin } from '../asked/admin-client.ts';
import type { TestRecorder } from './test-recorder.ts';

/** Live requests that became no tests, by the reason. */
export type LeftOut = ReadonlyMap<string, number>;

export interface Recording {
  readonly leftOut: LeftOut;
  /** Why it ended before its time. */
  readonly broken?: string;
}

const NO_PORT = 'it is not known to which port they came';
const OTHER_WAY = 'they went another way, for a header that no gateway tells, or another configuration';

/** Records live requests until there are `count` tests (0: without end), or `signal` ends it. */
export async function recordLive(
  admin: string,
  units: readonly Unit[],
  recorder: TestRecorder,
  count: number,
  signal: AbortSignal,
): Promise<Recording> {
  const live = createLiveRequests(units);
  const ended = new AbortController();
  const leftOut = new Map<string, number>();
  let last: Promise<void> = Promise.resolve();

  async function record(seen: SeenLive): Promise<void> {
    if (ended.signal.aborted) return;
    const request = live.requestOf(seen);
    const why =
      request === undefined
        ? NO_PORT
        : await recorder.add(request, recorded =>
            'test' in recorded && !goesTheSameWay(seen, recorded.answers) ? OTHER_WAY : undefined,
          );
    if (why !== undefined) leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
    if (count > 0 && recorder.tests.length >= count) ended.abort();
  }

  const onLine = (said: Readonly<Record<string, unknown>>) => {
    const seen = readSeen(said);
    if (seen) last = last.then(() => record(seen));
  };
  const broken = await followAdmin(admin, '/requests', [], onLine, AbortSignal.any([signal, ended.signal]));
  await last;
  return { leftOut, ...(broken && { broken: broken.unanswered }) };
}

/** Some lines tell of other things, or of requests that were none. */
function readSeen(said: Readonly<Record<string, unknown>>): SeenLive | undefined {
  const { method, host, path, listener, route, rule, match } = said;
  if (typeof method !== 'string' || typeof host !== 'string' || typeof path !== 'string') return undefined;
  return {
    method,
    host,
    path,
    ...(typeof listener === 'string' && { listener }),
    ...(typeof route === 'string' && { route }),
    ...(typeof rule === 'number' && { rule }),
    ...(typeof match === 'number' && { match }),
  };
}
