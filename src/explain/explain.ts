import type { Listener } from '../ir/index.ts';
import type { ProxyOptions } from '../proxy/index.ts';
import { normalizePath, parseHost, type RequestLine, type Trace } from '../router/index.ts';
import { type Asked, type Asking, createAsking, type Standing } from './ask.ts';
import { answerFacts, describeBackends, openShares, readAnswer, type ShareAnswer } from './backends.ts';
import { causesOfFailure, causesOfNone, isAbout, isBelow, sourceOf } from './causes.ts';
import type { ConfigView } from './config-view.ts';
import type { Cause, Explanation } from './explanation.ts';
import { backendRef, describeFilters } from './filter-effects.ts';
import { describeListener, describeLoser, describeMatch, routeObject } from './losers.ts';
import { adviceOn, sayStep } from './match-words.ts';
import { placeOf } from './place.ts';
import { describePolicies } from './policies.ts';
import type { Question } from './question.ts';
import type { WireRequest } from './seen-request.ts';
import { type ChosenPlace, choosePlace } from './sockets.ts';
import { explainUnserved } from './unserved-port.ts';

export interface ExplainOptions {
  /** How the data plane is set up, where that is known; else as it is by default. */
  readonly proxy?: Partial<ProxyOptions>;
  /**
   * Backends without endpoints are answered for, as `sluice run --echo` does, and that is noted. Default: where the view has no
   * endpoints of anything, as manifests in a repository have none.
   */
  readonly echo?: boolean;
}

/** Answers one question after another about what stands in a view, whatever becomes of it. */
export interface Explainer {
  explain(question: Question): Promise<Explanation>;
  close(): void;
}

export function createExplainer(view: ConfigView, options: ExplainOptions = {}): Explainer {
  const asking = createAsking(options.proxy ?? {});
  return {
    explain: question => answer(view, asking, question, options.echo ?? !knowsEndpoints(view)),
    close: asking.close,
  };
}

/** One question. Whoever has several keeps an explainer. */
export async function explain(view: ConfigView, question: Question, options?: ExplainOptions): Promise<Explanation> {
  const explainer = createExplainer(view, options);
  try {
    return await explainer.explain(question);
  } finally {
    explainer.close();
  }
}

function knowsEndpoints({ objects }: ConfigView): boolean {
  return objects.some(({ kind }) => kind === 'EndpointSlice' || kind === 'Endpoints');
}

const NOTHING = { losers: [], lost: 0, filters: [], backends: [], policies: [], problems: [] } as const;

async function answer(view: ConfigView, asking: Asking, question: Question, echo: boolean): Promise<Explanation> {
  const standing = asking.standing(view.units, echo);
  const host = hostOf(question, standing);
  const chosen = choosePlace(standing.places, question.port, parseHost(host.header) ?? '', question.gateway);
  if (question.scheme === 'https' || chosen === undefined) {
    const told = explainUnserved(view, question, standing.places);
    return { outcome: 'error', ...told, ...NOTHING, notes: question.notes };
  }
  const sent = wireOf(question, host.header);
  const asked = await asking.ask(chosen.place.bind, { ...sent, client: question.client });
  const line = lineOf(sent);
  const trace = line && standing.tracer.trace(chosen.place.bind.name, line);
  const notes = [...question.notes, ...host.notes, ...chosen.notes];
  return describe(view, { standing, chosen, sent, asked, line, trace, notes });
}

interface Found {
  readonly standing: Standing;
  readonly chosen: ChosenPlace;
  readonly sent: WireRequest;
  readonly asked: Asked;
  /** Absent where the data plane refuses the request before it is routed. */
  readonly line: RequestLine | undefined;
  readonly trace: Trace | undefined;
  readonly notes: readonly string[];
}

function describe(view: ConfigView, found: Found): Explanation {
  const { asked, trace, standing, sent } = found;
  const answers = asked.answers.map(each => readAnswer(sent, each));
  const outcome = outcomeOf(answers);
  const first = asked.answers[0];
  const told = outcome === 'route' ? undefined : answerFacts(first);
  const winner = trace?.winner;
  const seen = answers.find(each => each.seen)?.seen;
  const shared = {
    outcome,
    ...(told && { status: told.status }),
    summary: '',
    causes: [],
    ...(trace?.listener && { listener: describeListener(view, { listener: trace.listener }) }),
    ...(winner && { match: describeMatch(view, winner), decidedBy: decision(trace) }),
    losers: (trace?.losers ?? []).map(loser => describeLoser(view, loser)),
    lost: trace?.lost ?? 0,
    filters: [],
    ...(seen && { request: seen }),
    backends: [],
    ...(told && { answer: told }),
    policies: [],
    notes: [...found.notes, ...disagreement(found)],
    problems: [],
  } satisfies Explanation;
  if (!asked.rule || !winner) return { ...shared, ...describeNone(view, found) };
  const { rule } = asked;
  const object = routeObject(winner);
  const backends = describeBackends(view, { object, rule, answers, endpoints: standing.endpoints });
  const effects = { ...(seen && { request: seen }), answer: answerFacts(first) };
  const whole: Explanation = {
    ...shared,
    filters: describeFilters(view, object, rule, effects),
    backends,
    policies: describePolicies(view, object, rule),
    problems: view.problems
      .filter(problem => isAbout(problem, object) && concerns(problem.path, rule.index))
      .map(({ severity, code, message, fix, ...rest }) => {
        return { severity, code, message, ...sourceOf(rest), ...(fix !== undefined && { fix }) };
      }),
    notes: [...shared.notes, ...endpointNotes(found)],
  };
  return {
    ...whole,
    summary: summaryOf(whole, found),
    causes: outcome === 'error' ? causesOf(view, whole, found) : [],
  };
}

/** What is said of other rules is no news here. */
function concerns(path = '', rule: number): boolean {
  return !path.startsWith('spec.rules[') || isBelow(path, `spec.rules[${rule}]`);
}

function outcomeOf(answers: readonly ShareAnswer[]): Explanation['outcome'] {
  if (answers.some(({ seen }) => seen !== undefined)) return 'route';
  switch (answers[0]?.answer.facts.outcome) {
    case 'redirect':
      return 'redirect';
    case 'direct':
    case 'cors-preflight':
      return 'direct';
    default:
      return 'error';
  }
}

function decision({ decidedBy }: Trace): string {
  if (!decidedBy) return 'nothing else holds';
  const { step, over } = decidedBy;
  return `${sayStep(step)}; after it comes ${routeObject(over).kind} ${over.route.route} rule ${over.rule.index}`;
}

/** The trace and the data plane read the same rules in two ways. */
function disagreement({ asked, trace }: Found): readonly string[] {
  const { route, rule, match } = asked.answers[0].facts;
  const winner = trace?.winner;
  const traced = winner && `${winner.route.name.split('@', 1)[0]} rule ${winner.rule.index} match ${winner.matchIndex}`;
  const went = route === undefined ? undefined : `${route} rule ${rule} match ${match}`;
  if (traced === went) return [];
  return [`internal error: the data plane took ${went ?? 'no rule'}, the trace ${traced ?? 'none'}; please report it`];
}

function describeNone(view: ConfigView, { asked, trace, line, sent, chosen, standing }: Found): Partial<Explanation> {
  const { status, facts, body } = asked.answers[0];
  const asks = `${sent.method} ${hostHeader(sent)}${sent.target}`;
  if (!line || !trace) return { summary: `${status}: ${Buffer.from(body).toString('utf8').trim() || 'refused'}` };
  const causes = causesOfNone(view, standing.tracer, line, trace.losers);
  if (facts.outcome === 'no-listener') {
    const port = chosen.place.listeners[0]?.port;
    const listeners = chosen.place.listeners.map(listener => listenerCause(view, listener, line.host));
    const summary = `${status}: no listener on port ${port} has the host ${line.host || '(none)'}`;
    return { summary, causes: [...listeners.slice(0, MOST_LISTENERS), ...causes] };
  }
  if (facts.outcome !== 'no-route') return { summary: `${status}: ${facts.outcome ?? 'refused'}`, causes };
  return { summary: `${status}: no rule of listener ${trace.listener?.name} takes ${asks}`, causes };
}

const MOST_LISTENERS = 5;

function listenerCause(view: ConfigView, { name, hostname, origin }: Listener, host: string): Cause {
  const fix = adviceOn({ kind: 'host', wanted: hostname, had: host });
  const message = `listener ${name} has the hostname ${hostname}`;
  return { message, ...placeOf(view, origin, origin.field), ...(fix !== undefined && { fix }) };
}

function summaryOf(explanation: Explanation, { asked }: Found): string {
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

function causesOf(view: ConfigView, { backends }: Explanation, { asked, trace }: Found): readonly Cause[] {
  const own = trace?.winner && asked.rule ? causesOfFailure(view, routeObject(trace.winner), asked.rule.index) : [];
  const empty = backends.filter(({ answer, endpoints }) => answer?.status === 503 && endpoints.length === 0);
  const told = empty.map(({ ref, source }): Cause => {
    const message = `${ref} has no endpoint that is ready: no Pod behind the Service, or none that is ready`;
    return { message, ...(source !== undefined && { source }) };
  });
  return [...told, ...own];
}

function endpointNotes({ asked, standing }: Found): readonly string[] {
  const targets = openShares(asked.rule).flatMap(({ target }) => (target.kind === 'backend' ? [target.backend] : []));
  const without = [...new Set(targets)].filter(name => !standing.endpoints.get(name)?.endpoints.length);
  if (without.length === 0) return [];
  const names = without.map(backendRef).join(', ');
  if (!standing.echo) return [`${names}: no endpoints; what goes there is answered 503`];
  return [`${names}: no endpoints are known here, and they are taken for granted; without any the answer would be 503`];
}

function wireOf({ method, target, headers }: Question, host: string): WireRequest {
  const others = headers.filter(([name]) => name.toLowerCase() !== 'host');
  return { method, target, headers: [['host', host], ...others] };
}

function hostHeader({ headers }: WireRequest): string {
  return headers[0]?.[1] ?? '';
}

interface HostFacts {
  readonly header: string;
  readonly notes: readonly string[];
}

function hostOf({ headers, authority }: Question, { routes }: Standing): HostFacts {
  const own = headers.find(([name]) => name.toLowerCase() === 'host');
  if (own) return { header: own[1], notes: [] };
  if (authority !== undefined) return { header: authority, notes: [] };
  const named = [...routes.values()].flatMap(({ attachments }) => attachments.flatMap(({ hostnames }) => hostnames));
  const header = named.find(hostname => !hostname.startsWith('*')) ?? 'localhost';
  return { header, notes: [`the URL names no host: ${header} is assumed; give one with -H 'Host: …'`] };
}

/** What routing goes by; undefined where the data plane answers 400 before. */
function lineOf({ method, target, headers }: WireRequest): RequestLine | undefined {
  const [raw = '', ...rest] = target.split('?');
  const path = raw === '*' ? raw : normalizePath(raw);
  const host = parseHost(headers[0]?.[1] ?? '');
  if (path === undefined || host === undefined) return undefined;
  const header = (name: string) => headers.find(([own]) => own.toLowerCase() === name)?.[1];
  return { method, host, path, query: rest.join('?'), header };
}
