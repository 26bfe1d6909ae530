import type { AgentEvent } from '../agent/index.ts';
import { describeProblem, describeSolved, flatProblem } from './describe/describe-problem.ts';
import { printable } from './printable.ts';
import type { Streams } from './streams.ts';
import { type Style, styleFor } from './style.ts';

export type AgentPrinter = (event: AgentEvent) => void;

/** What a proxy tells, as `--output` says: text for people on stderr with `ready` alone on stdout, or one event a line on stdout. */
export function agentPrinter(output: 'text' | 'json', streams: Streams): AgentPrinter {
  if (output === 'json') return event => streams.out(JSON.stringify(flatEvent(event)));
  const style = styleFor(process.stderr, process.env);
  return event => {
    streams.err(line(event, style));
    if (event.event === 'ready') streams.out('ready');
  };
}

function flatEvent(event: AgentEvent): object {
  switch (event.event) {
    case 'problem':
    case 'solved':
      return { event: event.event, ...flatProblem(event.problem) };
    case 'live':
    case 'change':
    case 'ready':
      return { ...event, ms: tenths(event.ms) };
    case 'connected':
    case 'waiting':
    case 'draining':
      return event;
  }
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

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
