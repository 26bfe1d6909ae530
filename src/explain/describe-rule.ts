import { endpointsName, type Rule } from '../ir/index.ts';
import { openShares } from '../probe/index.ts';
import type { ObjectRef } from '../resources/index.ts';
import { answerFacts, describeBackends, isFailure, type ShareAnswer } from './backends.ts';
import { causesOfFailure, isBelow } from './causes.ts';
import type { ConfigView } from './config-view.ts';
import { describeFilters } from './describe-filters.ts';
import type { BackendFacts, Cause, Explanation, ProblemFacts } from './explanation.ts';
import type { Found, OutcomeFacts, TraceFacts } from './found.ts';
import { withoutShare } from './lint/rule-without-share.ts';
import { isAbout } from './object-words.ts';
import { placeOf, sourceAt } from './place.ts';
import { describePolicies } from './policies.ts';
import { backendWords } from './share-names.ts';
import { statusWords } from './status-words.ts';
import { writtenRoute } from './written-route.ts';

/** The rule that got the request, and what came of it. */
interface Taken {
  readonly object: ObjectRef;
  readonly rule: Rule;
  readonly answers: readonly ShareAnswer[];
  readonly shared: OutcomeFacts & TraceFacts;
}

type RuleFacts = Pick<Explanation, 'summary' | 'causes' | 'filters' | 'backends' | 'policies' | 'notes' | 'problems'>;

/** What is said of the rule that got the request. */
export function describeRule(view: ConfigView, { standing, ways }: Found, taken: Taken): RuleFacts {
  const { object, rule, answers, shared } = taken;
  const { endpoints, backends: known } = standing;
  const backends = describeBackends(view, { object, rule, answers, endpoints, backends: known });
  const effects = { ...(shared.request && { request: shared.request }), answer: answerFacts(ways.answers[0]) };
  return {
    summary: summaryOf(taken, backends),
    causes: causesOf(view, taken, backends),
    filters: describeFilters(view, object, rule, effects),
    backends,
    policies: describePolicies(view, object, rule),
    notes: endpointNotes(openBackends(rule), standing),
    problems: problemsOf(view, object, rule.index),
  };
}

function problemsOf(view: ConfigView, object: ObjectRef, rule: number): readonly ProblemFacts[] {
  const own = view.problems.filter(problem => isAbout(problem, object) && concerns(problem.path, rule));
  return own.map(problem => {
    const { severity, code, message, fix } = problem;
    return { severity, code, message, ...sourceAt(problem.location), ...(fix !== undefined && { fix }) };
  });
}

/** What is said of other rules is no news here. */
function concerns(path = '', rule: number): boolean {
  return !path.startsWith('spec.rules[') || isBelow(path, `spec.rules[${rule}]`);
}

/** Of failures, also those of a share of the requests. */
function causesOf(view: ConfigView, taken: Taken, backends: readonly BackendFacts[]): readonly Cause[] {
  const { object, rule, answers, shared } = taken;
  const partly = answers.some(({ seen, answer }) => !seen && isFailure(answerFacts(answer)));
  if (shared.outcome !== 'error' && !partly) return [];
  const empty = withoutEndpoints(taken, backends).filter(({ endpoints }) => endpoints.length === 0);
  const told = empty.map(({ ref, source }): Cause => {
    const message = `${ref} has no endpoint that is ready: no Pod behind the Service, or none that is ready`;
    return { message, ...(source !== undefined && { source }) };
  });
  return [...told, ...causesOfFailure(view, object, rule.index), ...nobody(view, object, rule)];
}

/** Backends that could get nothing for want of endpoints. A call whose backend can't be used ends as UNAVAILABLE, too. */
function withoutEndpoints({ rule, answers }: Taken, backends: readonly BackendFacts[]): readonly BackendFacts[] {
  const { action } = rule;
  if (action.kind !== 'forward') return [];
  const outcomes = new Map(openShares(rule).map((share, i) => [share, answers[i]?.answer.facts.outcome]));
  return backends.filter((_, i) => outcomes.get(action.backends[i]!) === 'no-endpoints');
}

/** No backend has a share: no problem for a status, which is why none tells of it. */
function nobody(view: ConfigView, object: ObjectRef, { action, index }: Rule): readonly Cause[] {
  const route = writtenRoute(view, object);
  if (action.kind !== 'failure' || action.reason !== 'NoBackends' || !route) return [];
  const { message, path, fix } = withoutShare({ object, spec: route.spec }, index);
  return [{ message, ...placeOf(view, object, path), ...(fix !== undefined && { fix }) }];
}

function openBackends(rule: Rule): readonly string[] {
  return openShares(rule).flatMap(({ target }) => (target.kind === 'backend' ? [target.backend] : []));
}

/** `backends`: names of those that have a share; `otherwise`: what becomes of theirs without endpoints. */
export function endpointNotes(
  backends: readonly string[],
  { endpoints, echo }: Found['standing'],
  otherwise = { said: 'what goes there is answered 503', would: 'the answer would be 503' },
): readonly string[] {
  const without = [...new Set(backends.map(endpointsName))].filter(name => !endpoints.get(name)?.endpoints.length);
  if (without.length === 0) return [];
  const names = without.map(backendWords).join(', ');
  if (!echo) return [`${names}: no endpoints; ${otherwise.said}`];
  return [`${names}: no endpoints are known here, and they are taken for granted; without any ${otherwise.would}`];
}

function summaryOf(taken: Taken, backends: readonly BackendFacts[]): string {
  const { answers, shared } = taken;
  const { match, status, answer, outcome } = shared;
  const by = `by ${match?.kind} ${match?.route} rule ${match?.rule}${match?.source ? ` (${match.source})` : ''}`;
  switch (outcome) {
    case 'route':
      return `→ ${destinations(backends)} ${by}`;
    case 'redirect':
      return `${status}: redirect to ${answer?.headers.find(({ name }) => name === 'location')?.value} ${by}`;
    case 'direct':
    case 'error':
      return `${answer ? statusWords(answer) : status}: ${ownWords(answers[0]?.answer.facts.outcome, withoutEndpoints(taken, backends))}, ${by}`;
  }
}

export function destinations(backends: readonly BackendFacts[]): string {
  const open = backends.filter(({ share }) => share > 0);
  const [only, ...others] = open;
  if (only && others.length === 0) return only.ref;
  return open.map(({ ref, share }) => `${share} % ${ref}`).join(', ');
}

function ownWords(word: string | undefined, [empty]: readonly BackendFacts[]): string {
  switch (word) {
    case 'direct':
      return 'answered by the gateway itself';
    case 'cors-preflight':
      return 'CORS preflight, answered by the gateway';
    case 'no-endpoints':
      return `no endpoints for ${empty?.ref}`;
    default:
      return `the rule can't be honoured (${word})`;
  }
}
