import type { ConfigView, Explainer, Explanation, RawQuestion } from '../explain/index.ts';
import type { Refused } from '../probe/index.ts';
import type { ProxyOptions } from '../proxy/index.ts';

/** Explains requests, from what stands by then. */
export interface ExplainOnDemand {
  explain(question: RawQuestion): Promise<Explanation | Refused>;
  /** The question as the parameters of `GET /explain`. */
  explainQuery(query: URLSearchParams): Promise<Explanation | Refused>;
  close(): void;
}

export interface ExplainOnDemandOptions {
  /** As traffic is served. */
  readonly proxy?: Partial<ProxyOptions> | undefined;
  /** As in `ExplainOptions`; false where the endpoints of the view are those that are served. */
  readonly echo?: boolean;
  /** How long what was made for the first question is kept after the last one, in ms; default a minute. */
  readonly patience?: number;
}

const PATIENCE = 60_000;

/** The code for it and a data plane in memory are had with the first question, for most gateways are never asked. */
export function createExplainOnDemand(view: ConfigView, options: ExplainOnDemandOptions): ExplainOnDemand {
  const { proxy = {}, patience = PATIENCE, echo } = options;
  let explainer: Explainer | undefined;
  let resting: NodeJS.Timeout | undefined;
  let asked = 0;

  function rest(): void {
    explainer?.close();
    explainer = undefined;
  }

  /** Whoever waits for an answer keeps what it comes from. */
  async function during<T>(work: () => Promise<T>): Promise<T> {
    clearTimeout(resting);
    asked++;
    try {
      return await work();
    } finally {
      asked--;
      if (asked === 0) resting = setTimeout(rest, patience).unref();
    }
  }

  async function answer(read: (room: typeof import('../explain/index.ts')) => ReturnType<typeof room.readQuestion>) {
    const room = await import('../explain/index.ts');
    const question = read(room);
    if ('refused' in question) return question;
    explainer ??= room.createExplainer(view, { proxy, ...(echo !== undefined && { echo }) });
    return explainer.explain(question);
  }

  return {
    explain: question => during(() => answer(room => room.readQuestion(question))),
    explainQuery: query => during(() => answer(room => room.questionOfParameters(query))),
    close() {
      clearTimeout(resting);
      rest();
    },
  };
}
