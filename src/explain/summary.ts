import type { Listener } from '../ir/index.ts';
import { causesOfNone } from './causes.ts';
import type { ConfigView } from './config-view.ts';
import type { Found } from './describe-found.ts';
import type { Cause, Explanation } from './explanation.ts';
import { adviceOn } from './match-words.ts';
import { placeOf } from './place.ts';
import type { WireRequest } from './seen-request.ts';

const MOST_LISTENERS = 5;

/** What is said where no rule got the request. */
export function describeNone(
  view: ConfigView,
  { asked, trace, line, sent, chosen, standing }: Found,
): Partial<Explanation> {
  const { status, facts, body } = asked.answers[0];
  const asks = `${sent.method} ${hostHeader(sent)}${sent.target}`;
  if (!line || !trace) return { summary: `${status}: ${Buffer.from(body).toString('utf8').trim() || 'refused'}` };
  const causes = causesOfNone(view, standing.tracer, line, { losers: trace.losers, place: chosen.place });
  if (facts.outcome === 'no-listener') {
    const port = chosen.place.listeners[0]?.port;
    const listeners = chosen.place.listeners.map(listener => listenerCause(view, listener, line.host));
    const summary = `${status}: no listener on port ${port} has the host ${line.host || '(none)'}`;
    return { summary, causes: [...listeners.slice(0, MOST_LISTENERS), ...causes] };
  }
  if (facts.outcome !== 'no-route') return { summary: `${status}: ${facts.outcome ?? 'refused'}`, causes };
  return { summary: `${status}: no rule of listener ${trace.listener?.name} takes ${asks}`, causes };
}

function listenerCause(view: ConfigView, { name, hostname, origin }: Listener, host: string): Cause {
  const fix = adviceOn({ kind: 'host', wanted: hostname, had: host });
  const message = `listener ${name} has the hostname ${hostname}`;
  return { message, ...placeOf(view, origin, origin.field), ...(fix !== undefined && { fix }) };
}

/** One line for a request that a rule got. */
export function summaryOf(explanation: Explanation, { asked }: Found): string {
  const { match, backends, status, answer } = explanation;
  const by = `${match?.kind} ${match?.route} rule ${match?.rule}${match?.source ? ` (${match.source})` : ''}`;
  const { outcome } = asked.answers[0].facts;
  switch (explanation.outcome) {
    case 'route': {
      const open = backends.filter(({ share }) => share > 0);
      if (open.length === 1) return `→ ${open[0]!.ref} by ${by}`;
      return `→ ${open.map(({ ref, share }) => `${share} % ${ref}`).join(', ')} by ${by}`;
    }
    case 'redirect':
      return `${status}: redirect to ${answer?.headers.find(({ name }) => name === 'location')?.value} by ${by}`;
    case 'direct':
      return `${status}: ${outcome === 'direct' ? 'answered by the gateway itself' : 'CORS preflight, answered by the gateway'}, by ${by}`;
    case 'error':
      return `${status}: ${outcome === 'no-endpoints' ? `no endpoints for ${backends[0]?.ref}` : `the rule can't be honoured (${outcome})`}, by ${by}`;
  }
}

function hostHeader({ headers }: WireRequest): string {
  return headers[0]?.[1] ?? '';
}
