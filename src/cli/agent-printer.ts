import type { AgentEvent } from '../agent/index.ts';
import { describeProblem, describeSolved } from './describe/describe-problem.ts';
import { printEvents } from './print-events.ts';
import { printable } from './printable.ts';
import type { Streams } from './streams.ts';
import type { Style } from './style.ts';
import { tenths } from './tenths.ts';

export type AgentPrinter = (event: AgentEvent) => void;

/** Of a proxy; see {@link printEvents}. */
export function agentPrinter(output: 'text' | 'json', streams: Streams): AgentPrinter {
  return printEvents(output, streams, line);
}

function line(event: AgentEvent, style: Style): string {
  switch (event.event) {
    case 'connected':
      return printable(`connected to the controller, ${event.controller}`);
    case 'waiting':
      return printable(`waiting   for the controller: ${event.reason}`);
    case 'live':
      return `live      ${event.units} units ${FROM[event.from]}${style('faint', `, after ${tenths(event.ms)} ms`)}`;
    case 'change':
      return changeLine(event, style);
    case 'ready':
      return readyLine(event, style);
    case 'problem':
      return describeProblem(event.problem, style);
    case 'solved':
      return `${style('good', 'solved')}    ${describeSolved(event.problem, style)}`;
    case 'draining':
      return drainingLine(event);
  }
}

const FROM = { saved: 'that were saved', controller: 'from the controller' };

type Event<Name> = Extract<AgentEvent, { readonly event: Name }>;

function changeLine({ unit, units, ms }: Event<'change'>, style: Style): string {
  const more = units === 1 ? '' : ` and ${units - 1} more`;
  return `change    ${printable(unit)}${more}${style('faint', `, live after ${tenths(ms)} ms`)}`;
}

function readyLine({ ms, health, admin }: Event<'ready'>, style: Style): string {
  const where = [health && `  health ${health}`, admin && `  admin ${admin}`].filter(Boolean).join('');
  return `${style('good', 'serving')}   after ${Math.round(ms)} ms${style('faint', where)}`;
}

function drainingLine({ delay, most }: Event<'draining'>): string {
  const then = `requests under way may take up to ${most / 1000} s; a second signal ends them`;
  return `draining  connections are taken for ${delay / 1000} s more, then ${then}`;
}
