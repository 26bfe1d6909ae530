import type { RequestLine, Trace } from '../router/index.ts';
import type { Asked, Standing } from './ask.ts';
import { answerFacts, describeBackends, openShares, readAnswer, type ShareAnswer } from './backends.ts';
import { causesOfFailure, isBelow, sourceOf } from './causes.ts';
import type { ConfigView } from './config-view.ts';
import type { Cause, Explanation } from './explanation.ts';
import { backendRef, describeFilters } from './filter-effects.ts';
import { describeListener, describeLoser, describeMatch, describeOther, routeObject } from './losers.ts';
import { sayStep } from './match-words.ts';
import { isAbout } from './object-words.ts';
import { describePolicies } from './policies.ts';
import type { WireRequest } from './seen-request.ts';
import type { ChosenPlace } from './sockets.ts';
import { describeNone, summaryOf } from './summary.ts';

const MOST_LISTENERS = 20;

/** A request, and what the data plane and the trace made of it. */
export interface Found {
  readonly standing: Standing;
  readonly chosen: ChosenPlace;
  readonly sent: WireRequest;
  readonly asked: Asked;
  /** Absent where the data plane refuses the request before it is routed. */
  readonly line: RequestLine | undefined;
  readonly trace: Trace | undefined;
  readonly notes: readonly string[];
}

export function describeFound(view: ConfigView, found: Found): Explanation {
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
    otherListeners: (trace?.otherListeners ?? []).slice(0, MOST_LISTENERS).map(describeOther),
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
  const failing = outcome === 'error' || answers.some(({ seen, answer }) => !seen && answer.status >= 500);
  return {
    ...whole,
    summary: summaryOf(whole, found),
    causes: failing ? causesOf(view, whole, found) : [],
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
  return `${sayStep(step)} (before ${routeObject(over).kind} ${over.route.route} rule ${over.rule.index})`;
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
