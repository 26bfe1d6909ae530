import { createMemoryPlane, type MemoryPlane, type Question, sentRequest, type Ways } from '../probe/index.ts';
import type { ProxyOptions } from '../proxy/index.ts';
import { parseHost } from '../router/index.ts';
import { chooseSocket } from './choose-socket.ts';
import type { ConfigView } from './config-view.ts';
import { describeFound } from './describe-found.ts';
import type { Explanation } from './explanation.ts';
import { backendsWithEndpoints, tellOfEndpoints } from './known-endpoints.ts';
import { hostOf, lineOf } from './request-line.ts';
import { type Standing, standingOf } from './standing.ts';
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
  const plane = createMemoryPlane({ proxy: options.proxy, certain: true });
  let standing: Standing | undefined;

  function present(): Standing {
    const echo = options.echo ?? !knowsEndpoints(view);
    const { units } = view;
    const changed = plane.follow(units, echo);
    if (changed || standing?.echo !== echo) standing = standingOf(units, echo);
    return standing;
  }

  return { explain: question => answer(view, plane, present(), question), close: plane.close };
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
  return tellOfEndpoints(objects) || backendsWithEndpoints(units).size > 0;
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

async function answer(
  view: ConfigView,
  plane: MemoryPlane,
  standing: Standing,
  question: Question,
): Promise<Explanation> {
  const { sockets } = plane;
  const { port, gateway } = question;
  const host = hostOf(question, standing.routes);
  const chosen = chooseSocket(sockets, { port, host: parseHost(host.header) ?? '', gateway });
  if (question.scheme === 'https' || chosen === undefined) {
    const told = explainUnserved(view, question, sockets);
    return { outcome: 'error', ...told, ...NOTHING, notes: question.notes };
  }
  const { socket } = chosen;
  const sent = sentRequest(question, host.header);
  const ways = await plane.sendEachWay(socket.bind.name, { ...sent, client: question.client });
  const line = isRouted(ways) ? lineOf(sent) : undefined;
  const routed = line && { line, trace: standing.tracer.trace(socket.bind.name, line) };
  const notes = [...question.notes, ...host.notes, ...chosen.notes];
  return describeFound(view, { standing, socket, sent, ways, routed, notes });
}

/** Some requests are answered before any rule is asked: those that can't be read, or are about the server itself. */
function isRouted({ answers: [{ facts }] }: Ways): boolean {
  return facts.route !== undefined || facts.outcome === 'no-route' || facts.outcome === 'no-listener';
}
