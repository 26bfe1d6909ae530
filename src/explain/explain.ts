import {
  createMemoryPlane,
  isOfBytes,
  type MemoryPlane,
  type Question,
  type Socket,
  sentRequest,
  serverNameOf,
  type Ways,
} from '../probe/index.ts';
import type { ProxyOptions } from '../proxy/index.ts';
import { parseHost } from '../router/index.ts';
import { type Arrived, arrive } from './arrive.ts';
import { chooseSocket } from './choose-socket.ts';
import type { ConfigView } from './config-view.ts';
import { describeBytes } from './describe-bytes.ts';
import { describeFound } from './describe-found.ts';
import { describeRefused } from './describe-refused.ts';
import { type Explanation, NOTHING } from './explanation.ts';
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

async function answer(
  view: ConfigView,
  plane: MemoryPlane,
  standing: Standing,
  question: Question,
): Promise<Explanation> {
  const { sockets } = plane;
  const { port, gateway, scheme } = question;
  const host = hostOf(question, standing.routes);
  const asked = parseHost(host.header) ?? '';
  const transport = scheme === 'udp' ? scheme : undefined;
  const chosen = chooseSocket(sockets, { port, host: asked, gateway, transport });
  if (chosen === undefined) {
    return { outcome: 'error', ...explainUnserved(view, question, sockets), ...NOTHING, notes: question.notes };
  }
  const { socket } = chosen;
  const notes = [...question.notes, ...(isOfBytes(scheme) ? [] : host.notes), ...chosen.notes];
  // The server name is that of the URL, whatever a Host header says besides.
  const name = question.authority === undefined ? asked : (parseHost(question.authority) ?? '');
  const arrival = arrive(plane, socket, question, serverNameOf(question, name));
  switch (arrival.kind) {
    case 'refused':
      return describeRefused(view, { arrival, socket, notes });
    case 'bytes':
      return describeBytes(view, { ...arrival, standing, socket, notes: [...notes, ...arrival.notes] });
    case 'requests':
      return explainRequest(view, plane, { standing, question, header: host.header, socket, arrival, notes });
  }
}

interface RequestCase {
  readonly standing: Standing;
  readonly question: Question;
  /** Host. */
  readonly header: string;
  readonly socket: Socket;
  readonly arrival: Extract<Arrived, { kind: 'requests' }>;
  readonly notes: readonly string[];
}

async function explainRequest(view: ConfigView, plane: MemoryPlane, asked: RequestCase): Promise<Explanation> {
  const { standing, question, socket, arrival, notes } = asked;
  const { shaken } = arrival;
  const sent = sentRequest(question, asked.header);
  const { client, version } = question;
  const wire = { ...sent, client, version, tls: shaken?.arrival };
  const ways = await plane.sendEachWay(socket.bind.name, wire);
  const line = isRouted(ways) ? lineOf(sent) : undefined;
  const arrivedAt = shaken?.arrival?.listener;
  const trace = line && standing.tracer.trace(socket.bind.name, line, undefined, arrivedAt);
  const routed = line && trace && { line, trace };
  const { scheme } = question;
  return describeFound(view, { standing, socket, scheme, sent, ways, routed, notes, ...(shaken && { shaken }) });
}

/** Some requests are answered before any rule is asked: those that can't be read, or are about the server itself. */
function isRouted({ answers: [{ facts }] }: Ways): boolean {
  return facts.route !== undefined || UNROUTED.includes(facts.outcome);
}

const UNROUTED: readonly unknown[] = ['no-route', 'no-listener', 'misdirected'];
