import { objectOfRoute } from '../ir/index.ts';
import type { Trace } from '../router/index.ts';
import { answerFacts, readAnswer, type ShareAnswer } from './backends.ts';
import type { ConfigView } from './config-view.ts';
import { describeNone } from './describe-none.ts';
import { describeRule } from './describe-rule.ts';
import type { Explanation } from './explanation.ts';
import type { Found, OutcomeFacts, TraceFacts } from './found.ts';
import { describeListener, describeLoser, describeMatch, describeOther, routeObject } from './losers.ts';
import { sayStep } from './match-words.ts';
import { describeTls, tlsNotes } from './tls-facts.ts';

const MOST_LISTENERS = 20;

export function describeFound(view: ConfigView, found: Found): Explanation {
  const { ways, routed, sent } = found;
  const answers = ways.answers.map(each => readAnswer(sent, each));
  const tls = found.shaken ? describeTls(view, found.shaken) : {};
  const shared = { ...outcomeFacts(answers), ...tls, ...traceFacts(view, routed?.trace) };
  const notes = [...found.notes, ...tlsNotes(tls), ...disagreement(found)];
  const winner = routed?.trace.winner;
  if (!ways.rule || !winner) {
    return { ...shared, filters: [], backends: [], policies: [], problems: [], notes, ...describeNone(view, found) };
  }
  const own = describeRule(view, found, { object: routeObject(winner), rule: ways.rule, answers, shared });
  return { ...shared, ...own, notes: [...notes, ...own.notes] };
}

function outcomeFacts(answers: readonly ShareAnswer[]): OutcomeFacts {
  const seen = answers.find(each => each.seen)?.seen;
  const first = answers[0]?.answer;
  if (seen || !first) return { outcome: 'route', ...(seen && { request: seen }) };
  const answer = answerFacts(first);
  return { outcome: ownOutcome(first.facts.outcome), status: answer.status, answer };
}

function ownOutcome(word: string | undefined): Explanation['outcome'] {
  switch (word) {
    case 'redirect':
      return 'redirect';
    case 'direct':
    case 'cors-preflight':
    case 'server-options':
      return 'direct';
    default:
      return 'error';
  }
}

function traceFacts(view: ConfigView, trace: Trace | undefined): TraceFacts {
  if (!trace) return { otherListeners: [], losers: [], lost: 0 };
  const { listener, otherListeners, winner, losers, lost } = trace;
  return {
    ...(listener && { listener: describeListener(view, { listener }) }),
    otherListeners: otherListeners.slice(0, MOST_LISTENERS).map(describeOther),
    ...(winner && { match: describeMatch(view, winner), decidedBy: decision(trace) }),
    losers: losers.map(loser => describeLoser(view, loser)),
    lost,
  };
}

function decision({ decidedBy }: Trace): string {
  if (!decidedBy) return 'nothing else holds';
  const { step, over } = decidedBy;
  return `${sayStep(step)} (before ${routeObject(over).kind} ${over.route.route} rule ${over.rule.index})`;
}

/** The trace and the data plane read the same rules in two ways. */
function disagreement({ ways, routed }: Found): readonly string[] {
  const { route, rule, match } = ways.answers[0].facts;
  const winner = routed?.trace.winner;
  const traced = winner && `${objectOfRoute(winner.route.name)} rule ${winner.rule.index} match ${winner.matchIndex}`;
  const went = route === undefined ? undefined : `${route} rule ${rule} match ${match}`;
  if (traced === went) return [];
  return [`internal error: the data plane took ${went ?? 'no rule'}, the trace ${traced ?? 'none'}; please report it`];
}
