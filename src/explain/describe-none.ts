import { type Listener, listenerLabel } from '../ir/index.ts';
import { hostHeader, type SentRequest } from '../probe/index.ts';
import type { MemoryAnswer } from '../proxy/index.ts';
import { answerFacts } from './backends.ts';
import { causesOfNone } from './causes.ts';
import type { ConfigView } from './config-view.ts';
import type { Cause, Explanation } from './explanation.ts';
import type { Found } from './found.ts';
import { adviceOn, shortened } from './match-words.ts';
import { placeOf } from './place.ts';
import { statusWords } from './status-words.ts';

const MOST_LISTENERS = 5;

/** What is said where no rule got the request. */
export function describeNone(view: ConfigView, found: Found): Pick<Explanation, 'summary' | 'causes'> {
  const { ways, routed, sent, socket, standing } = found;
  const [first] = ways.answers;
  if (!routed) return { summary: beforeRouting(first, sent), causes: [] };
  const { line, trace } = routed;
  const status = statusWords(answerFacts(first));
  if (trace.misdirectedFrom !== undefined) return misdirected(found, trace.misdirectedFrom, trace.listener);
  const causes = causesOfNone(view, standing.tracer, line, { losers: trace.losers, socket });
  if (trace.listener) {
    const asks = `${sent.method} ${hostHeader(sent)}${sent.target}`;
    return { summary: `${status}: no rule of listener ${trace.listener.name} takes ${shortened(asks)}`, causes };
  }
  const { listeners } = socket;
  const summary = `${status}: no listener on port ${listeners[0]?.port} has the host ${line.host || '(none)'}`;
  const hostnames = listeners.slice(0, MOST_LISTENERS).map(listener => listenerCause(view, listener, line.host));
  return { summary, causes: [...hostnames, ...causes] };
}

/** A connection is for one listener, whatever names its certificate has (GEP-3567). */
function misdirected(
  { routed, socket, shaken, ways }: Found,
  from: string,
  owner: Listener | undefined,
): Pick<Explanation, 'summary' | 'causes'> {
  const { host = '' } = routed?.line ?? {};
  const status = statusWords(answerFacts(ways.answers[0]));
  const at = socket.listeners.find(({ name }) => name === from);
  const name = shaken?.serverName === '' ? 'no server name' : `the server name ${shaken?.serverName}`;
  const summary = `${status}: the connection was made to listener ${labelOf(at)}, and the host ${host} is of listener ${labelOf(owner)}`;
  const message = `${name} chose listener ${labelOf(at)} (${at?.hostname}); listener ${labelOf(owner)} has ${owner?.hostname}, which is more specific for ${host}`;
  return { summary, causes: [{ message, fix: `open a connection with the server name ${host}` }] };
}

function labelOf(listener: Listener | undefined): string {
  return listener === undefined ? '(none)' : listenerLabel(listener);
}

/** The body of our own answers is their status and a few words. */
function beforeRouting({ status, facts, body }: MemoryAnswer, { method }: SentRequest): string {
  if (facts.outcome === 'server-options') return `${status}: ${method} * is about the server, and answered by it`;
  const words = Buffer.from(body).toString('utf8').trim();
  const reason = words.startsWith(`${status} `) ? words.slice(`${status} `.length) : (facts.outcome ?? 'refused');
  return `${status}: ${reason}; the request is refused before any rule is asked`;
}

export function listenerCause(view: ConfigView, { name, hostname, origin }: Listener, host: string): Cause {
  const fix = adviceOn({ kind: 'host', wanted: hostname, had: host });
  const message = `listener ${name} has the hostname ${hostname}`;
  return { message, ...placeOf(view, origin, origin.field), ...(fix !== undefined && { fix }) };
}
