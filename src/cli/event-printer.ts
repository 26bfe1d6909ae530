import type { ControllerEvent, LeaderEvent, RefusedEvent } from '../controller/index.ts';
import type { ChangeEvent, ListenerEvent, ReadyEvent, RouteEvent } from '../gateway/index.ts';
import { describeProblem, describeSolved, flatProblem } from './describe/describe-problem.ts';
import { printable } from './printable.ts';
import type { Streams } from './streams.ts';
import { type Style, styleFor } from './style.ts';

export type EventPrinter = (event: ControllerEvent) => void;

/** As `--output` says. */
export function eventPrinter(output: 'text' | 'json', streams: Streams): EventPrinter {
  return output === 'json' ? jsonPrinter(streams) : textPrinter(streams, styleFor(process.stderr, process.env));
}

/** One event a line on stdout; times with a tenth of a millisecond. */
function jsonPrinter(streams: Streams): EventPrinter {
  return event => streams.out(JSON.stringify(flatEvent(event)));
}

function flatEvent(event: ControllerEvent): object {
  switch (event.event) {
    case 'problem':
    case 'solved':
      return { event: event.event, ...flatProblem(event.problem) };
    case 'ready':
    case 'change':
      return { ...event, ms: tenths(event.ms) };
    case 'listener':
    case 'route':
    case 'leader':
    case 'refused':
      return event;
  }
}

/** Text for people on stderr; `ready` alone on stdout, for scripts that wait for it. */
export function textPrinter(streams: Streams, style: Style): EventPrinter {
  return event => {
    streams.err(line(event, style));
    if (event.event === 'ready') streams.out('ready');
  };
}

function line(event: ControllerEvent, style: Style): string {
  switch (event.event) {
    case 'listener':
      return listenerLine(event, style);
    case 'route':
      return routeLine(event, style);
    case 'ready':
      return readyLine(event, style);
    case 'change':
      return changeLine(event, style);
    case 'problem':
      return describeProblem(event.problem, style);
    case 'leader':
      return leaderLine(event);
    case 'refused':
      return refusedLine(event);
    case 'solved':
      return `${style('good', 'solved')}    ${describeSolved(event.problem, style)}`;
  }
}

function listenerLine({ gateway, listener, port, url, hostname, mapped }: ListenerEvent, style: Style): string {
  const host = hostname === undefined ? '' : ` for ${hostname}`;
  const note = mapped ? style('faint', ` (port ${port} in the manifest)`) : '';
  return `listener  ${style('strong', url)}  ${printable(`${gateway} ${listener}${host}`)}${note}`;
}

function routeLine({ kind, route, accepted, resolvedRefs, message }: RouteEvent, style: Style): string {
  const refused = accepted ? 'a reference is not resolved' : 'not accepted';
  const state = accepted && resolvedRefs ? style('good', 'accepted') : style('error', refused);
  const why = message === undefined ? '' : `: ${message}`;
  return `route     ${printable(`${kind} ${route}`)}  ${state}${printable(why)}`;
}

function readyLine({ ms, admin }: ReadyEvent, style: Style): string {
  const where = admin === undefined ? '' : style('faint', `  admin ${admin}`);
  return `${style('good', 'serving')}   after ${Math.round(ms)} ms${where}`;
}

function changeLine({ object, action, ms }: ChangeEvent, style: Style): string {
  return `change    ${printable(`${object} ${action}`)}${style('faint', `, live after ${tenths(ms)} ms`)}`;
}

function leaderLine({ leading, serving, lease, holder }: LeaderEvent): string {
  if (leading) return printable(`leader    holds Lease ${lease}, so it writes statuses`);
  const who = holder === undefined ? '' : `: ${holder} has it`;
  const state = serving ? `serves on without Lease ${lease}, and writes no statuses` : `waits for Lease ${lease}`;
  return printable(`standby   ${state}${who}`);
}

function refusedLine({ address, proxy, reason, untold }: RefusedEvent): string {
  const who = proxy === undefined ? `whoever is at ${address}` : `proxy ${proxy} at ${address}`;
  return printable(`refused   ${who}: ${reason}${untold === 0 ? '' : ` (and ${untold} more before)`}`);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
