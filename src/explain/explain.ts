import type { ProxyOptions } from '../proxy/index.ts';
import { parseHost } from '../router/index.ts';
import { type Asked, type Asking, createAsking } from './ask.ts';
import type { ConfigView } from './config-view.ts';
import { describeFound } from './describe-found.ts';
import type { Explanation } from './explanation.ts';
import type { Question } from './question.ts';
import { hostOf, lineOf, wireOf } from './sent-request.ts';
import { choosePlace } from './sockets.ts';
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

function knowsEndpoints({ objects, units }: ConfigView): boolean {
  return (
    objects.some(({ kind }) => kind === 'EndpointSlice' || kind === 'Endpoints') ||
    units.some(unit => unit.kind === 'Endpoints' && unit.endpoints.length > 0)
  );
}

const NOTHING = {
  otherListeners: [],
  losers: [],
  lost: 0,
  filters: [],
  backends: [],
  policies: [],
  problems: [],
} as const;

async function answer(view: ConfigView, asking: Asking, question: Question, echo: boolean): Promise<Explanation> {
  const standing = asking.standing(view.units, echo);
  const host = hostOf(question, standing.routes.values());
  const chosen = choosePlace(standing.places, question.port, parseHost(host.header) ?? '', question.gateway);
  if (question.scheme === 'https' || chosen === undefined) {
    const told = explainUnserved(view, question, standing.places);
    return { outcome: 'error', ...told, ...NOTHING, notes: question.notes };
  }
  const sent = wireOf(question, host.header);
  const asked = await asking.ask(chosen.place.bind, { ...sent, client: question.client });
  const line = isRouted(asked) ? lineOf(sent) : undefined;
  const routed = line && { line, trace: standing.tracer.trace(chosen.place.bind.name, line) };
  const notes = [...question.notes, ...host.notes, ...chosen.notes];
  return describeFound(view, { standing, chosen, sent, asked, routed, notes });
}

/** Some requests are answered before any rule is asked: those that can't be read, or are about the server itself. */
function isRouted({ answers: [{ facts }] }: Asked): boolean {
  return facts.route !== undefined || facts.outcome === 'no-route' || facts.outcome === 'no-listener';
}
