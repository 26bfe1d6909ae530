import type { ControllerEvent, LeaderEvent, RefusedEvent } from '../controller/index.ts';
import type { ChangeEvent, ListenerEvent, ReadyEvent, RouteEvent } from '../gateway/index.ts';
import { describeProblem, describeSolved } from './describe/describe-problem.ts';
import { printEvents } from './print-events.ts';
import { printable } from './printable.ts';
import type { Streams } from './streams.ts';
import type { Style } from './style.ts';
import { tenths } from './tenths.ts';

export type EventPrinter = (event: ControllerEvent) => void;

/** Of what serves a configuration; see {@link printEvents}. */
export function eventPrinter(output: 'text' | 'json', streams: Streams): EventPrinter {
  return printEvents(output, streams, eventLine);
}

export function eventLine(event: ControllerEvent, style: Style): string {
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
