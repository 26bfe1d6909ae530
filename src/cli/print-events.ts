import type { Problem } from '../resources/index.ts';
import { flatProblem } from './describe/describe-problem.ts';
import type { Streams } from './streams.ts';
import { type Style, styleFor } from './style.ts';
import { tenths } from './tenths.ts';

export interface PrintedEvent {
  readonly event: string;
  readonly ms?: number;
  readonly problem?: Problem;
}

/**
 * Prints as `--output` says. `text`: lines for people on stderr, and `ready` alone on stdout, for scripts that wait for it.
 * `json`: one event a line on stdout, times with a tenth of a millisecond.
 */
export function printEvents<Event extends PrintedEvent>(
  output: 'text' | 'json',
  streams: Streams,
  line: (event: Event, style: Style) => string,
): (event: Event) => void {
  if (output === 'json') return event => streams.out(JSON.stringify(flatEvent(event)));
  const style = styleFor(process.stderr, process.env);
  return event => {
    streams.err(line(event, style));
    if (event.event === 'ready') streams.out('ready');
  };
}

function flatEvent(event: PrintedEvent): object {
  if (event.problem) return { event: event.event, ...flatProblem(event.problem) };
  return event.ms === undefined ? event : { ...event, ms: tenths(event.ms) };
}
