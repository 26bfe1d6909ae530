import { endpointsName, hostPort, objectOfRoute } from '../ir/index.ts';
import type { Asked } from './access-log/log-entry.ts';
import { outcomeOf, outcomeWords } from './access-log/outcomes.ts';
import type { Choice } from './choice.ts';
import type { Core } from './core.ts';
import { debugLine } from './debug-token.ts';
import { type ErrorAnswer, SERVER_OPTIONS } from './http1/error-answer.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { RequestFacts } from './request-facts.ts';

/** What one request meets on its way, for whoever wants to be told. Used for one request after another. */
export class RequestTrail {
  /** Called at every try, before anything is sent. */
  onTry: (() => void) | undefined = undefined;
  private readonly choice: Choice;
  /** The answer tells its client. */
  private shown = false;
  private attempts = 0;
  private endpoint: Asked | undefined = undefined;
  private failure: ErrorAnswer | undefined = undefined;

  constructor(choice: Choice) {
    this.choice = choice;
  }

  /** Itself, if somebody looks on or `head` shows the debug token. */
  begin(core: Core, head: RequestHead): this | undefined {
    const shown = core.debug?.isIn(head) ?? false;
    if (!shown && core.watchers === 0) return undefined;
    this.reset(shown);
    return this;
  }

  /** Bytes that are no request got this answer. */
  refused(answer: ErrorAnswer): void {
    this.reset(false);
    this.failed(answer);
  }

  private reset(shown: boolean): void {
    this.shown = shown;
    this.attempts = 0;
    this.endpoint = undefined;
    this.failure = undefined;
  }

  /** For the head of the answer. */
  get debugLine(): string | undefined {
    return this.shown ? debugLine(this.facts()) : undefined;
  }

  tried(endpoint: Asked | undefined): void {
    this.attempts++;
    this.endpoint = endpoint;
    this.onTry?.();
  }

  failed(answer: ErrorAnswer): void {
    this.failure = answer;
  }

  /** As they stand now: until the next request begins. */
  facts(): RequestFacts {
    const { attempts, endpoint, choice } = this;
    const { entry, target } = choice;
    return {
      listener: entry?.listener.name,
      route: entry && objectOfRoute(entry.route.name),
      rule: entry?.rule.index,
      ruleName: entry?.rule.ruleName,
      match: entry?.matchIndex,
      backend: target?.backend && endpointsName(target.backend),
      endpoint: endpoint && hostPort(endpoint.address, endpoint.port),
      attempts,
      outcome: this.outcome(),
      policies: entry?.action.policies ?? [],
    };
  }

  private outcome(): string | undefined {
    const { failure, choice } = this;
    if (failure !== undefined) return nameOf(failure);
    if (choice.preflight) return 'cors-preflight';
    if (choice.target?.redirect !== undefined) return 'redirect';
    return choice.target?.direct === undefined ? undefined : 'direct';
  }
}

/** As the access log has it, but a rule that can't be honoured says why. */
function nameOf(answer: ErrorAnswer): string {
  if (answer === SERVER_OPTIONS) return 'server-options';
  const words = outcomeWords(outcomeOf(answer));
  return words === 'rule_failed' || words === 'no_backend' ? answer.reason : words.replaceAll('_', '-');
}
