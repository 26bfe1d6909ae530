import assert from 'node:assert/strict';
import { createExplainer, type Explainer, type Explanation, readQuestion } from '../../src/explain/index.ts';
import { type Bind, parseBackendName, type Unit } from '../../src/ir/index.ts';
import { type RequestFacts, readFacts } from '../../src/proxy/index.ts';
import { type RequestSpec, serverNameOf, targetOf } from '../golden/check.ts';
import { withoutTokens } from '../golden/clients.ts';
import type { Echo } from '../golden/echo-backend.ts';
import { type Answer, startLive } from '../golden/live-case.ts';

const TOKEN = 'shown-by-the-test';
/** Of the message between this client and the proxy, or made up for each request. */
const OWN = ['x-request-id', 'connection', 'content-length', 'transfer-encoding', 'x-sluice-debug'];

/** A live proxy and an explainer that are asked the same. */
export interface Both {
  /** Fails where they differ; what the proxy said of it. */
  ask(request: RequestSpec): Promise<RequestFacts>;
  close(): void;
}

export async function startBoth(
  units: readonly Unit[],
  binds: readonly Bind[],
  withoutEndpoints: readonly string[] = [],
): Promise<Both> {
  const live = await startLive(units, binds, withoutEndpoints, { debugToken: TOKEN });
  const all = [...units, ...live.endpoints, ...binds];
  const nothing = { routes: [], objects: [], problems: [], get: () => undefined, locate: () => undefined };
  const explainer = createExplainer({ units: all, ...nothing }, { echo: false });
  return {
    async ask(request) {
      const answer = await live.send({ ...request, headers: { ...request.headers, 'x-sluice-debug': TOKEN } });
      const explanation = await explained(explainer, request);
      const told = readFacts(answer.headers['x-sluice-debug'] ?? '');
      // A request that can't be read is answered before anybody looks for a token.
      const facts = told ?? { attempts: 0, policies: [] };
      assert.deepEqual(
        explanation.notes.filter(note => note.startsWith('internal error')),
        [],
      );
      compareHandshake(units, explanation, answer, request);
      if (answer.status === 0) compareNobody(explanation);
      else if (BYTES.includes(explanation.match?.kind ?? '')) compareBytes(explanation, answer);
      else if (!ASKS_IN_BYTES.includes(targetOf(request).scheme))
        compare(explanation, answer, facts, request.client === undefined);
      return facts;
    },
    close() {
      explainer.close();
      live.close();
    },
  };
}

async function explained(explainer: Explainer, request: RequestSpec): Promise<Explanation> {
  const { url, method, headers = {}, gateway, serverName } = request;
  // The client of golden cases sends no `?` without a query behind it.
  const raw = {
    url: url.replace(/\?$/, ''),
    ...(method !== undefined && { method }),
    headers: Object.entries(headers),
    ...(serverName !== undefined && { serverName }),
    version: versionOf(request),
    ...(gateway !== undefined && { gateway }),
  };
  const question = readQuestion(raw);
  assert.ok(!('refused' in question), 'refused' in question ? question.refused : '');
  return explainer.explain(question);
}

/** The live client sends a request even so, and is answered where a listener of HTTP has the port. */
const ASKS_IN_BYTES = ['tls', 'tcp', 'udp'];

/** Routes of bytes. */
const BYTES = ['TLSRoute', 'TCPRoute', 'UDPRoute'];

/** Of certificates that are shown side by side the client's ciphers choose. */
function compareHandshake(
  units: readonly Unit[],
  { tls, certificate }: Explanation,
  answer: Answer,
  request: RequestSpec,
): void {
  if (answer.certificate === undefined) return;
  assert.equal(tls?.serverName, serverNameOf(request).toLowerCase());
  const told = [certificate, ...(certificate?.others ?? [])].map(each => each && chainOf(units, each.secret));
  // Several Secrets may hold one certificate.
  assert.ok(told.includes(chainOf(units, answer.certificate)), `${answer.certificate} is not what is explained`);
}

function chainOf(units: readonly Unit[], secret: string): string | undefined {
  const found = units.find(unit => unit.kind === 'Secret' && unit.name === `Secret/${secret}`);
  return found?.kind === 'Secret' && found.content.kind === 'keyPair' ? found.content.chain : undefined;
}

/** Nobody answered: all connections come to that, or a share of them. */
function compareNobody({ outcome, status, match, tls, backends }: Explanation): void {
  if (tls?.clients?.mode === 'valid-only') return;
  // Whether a backend proves who it is, nobody knows beforehand.
  const refused = backends.some(
    ({ share, endpoints, tls: own }) => share > 0 && (endpoints.length === 0 || own !== undefined),
  );
  // Who speaks HTTP/2 to a port of TLS can't read what it is told.
  const isTold = status === 400 && match === undefined;
  assert.ok(
    (outcome === 'error' && (status === undefined || isTold)) || refused,
    `nobody answers, and ${outcome} is explained`,
  );
}

function compareBytes({ outcome, backends }: Explanation, { headers }: Answer): void {
  assert.equal(outcome, 'route');
  const label = `Service ${headers['x-backend']}`;
  assert.ok(
    backends.some(({ ref, share }) => ref === label && share > 0),
    `${label} is none of ${backends.map(({ ref }) => ref)}`,
  );
}

/** As the live clients speak. */
function versionOf(request: RequestSpec): 1 | 2 {
  const { scheme } = targetOf(request);
  return request.version ?? (scheme === 'grpc' || scheme === 'grpcs' ? 2 : 1);
}

function compare(explanation: Explanation, answer: Answer, facts: RequestFacts, stateless: boolean): void {
  const { match, listener } = explanation;
  assert.equal(match && `${match.kind}/${match.route}`, facts.route, 'route');
  assert.deepEqual([match?.rule, match?.match], [facts.rule, facts.match], 'rule and match');
  if (facts.listener !== undefined) assert.equal(listener && `${listener.gateway}/${listener.name}`, facts.listener);
  if (facts.backend === undefined) compareOwn(explanation, answer);
  else compareBackend(explanation, answer, facts.backend, stateless);
}

/** We answer, all requests of the rule or a share of them. */
function compareOwn(explanation: Explanation, answer: Answer): void {
  const shares = explanation.backends.flatMap(({ answer: own }) => own ?? []);
  const own = [...(explanation.answer ? [explanation.answer] : []), ...shares];
  const location = answer.headers.location;
  const told = own.map(({ status, headers }) => [status, headers.find(({ name }) => name === 'location')?.value]);
  assert.ok(
    told.some(([status, to]) => status === answer.status && to === location),
    `${answer.status} ${location} is none of ${JSON.stringify(told)}`,
  );
}

function compareBackend(explanation: Explanation, answer: Answer, backend: string, stateless: boolean): void {
  const { kind, namespace, name, port } = parseBackendName(backend);
  const ref = `${kind} ${namespace}/${name}:${port}`;
  const same = explanation.backends.filter(each => each.ref === ref && each.share > 0);
  assert.notEqual(same.length, 0, `${ref} is none of ${explanation.backends.map(each => each.ref)}`);
  if (!answer.echo) {
    const unserved = same.some(({ answer: own }) => own?.status === answer.status);
    assert.ok(unserved || explanation.outcome === 'route', `${answer.status} from nobody`);
    return;
  }
  const seen = same.map(({ request = explanation.request }) => request && sightOf(request));
  const got = { ...sight(answer.echo), headers: without(answer.echo.headers) };
  if (same.length === 1 && stateless) assert.deepEqual(seen[0], got, 'what the backend sees');
  else
    assert.ok(
      seen.some(each => each?.path === got.path && each.host === got.host),
      JSON.stringify([seen, got]),
    );
}

function sight({ method, path, host }: Pick<Echo, 'method' | 'path' | 'host'>) {
  return { method, path, host };
}

function sightOf(request: NonNullable<Explanation['request']>) {
  const headers = Object.fromEntries(request.headers.map(({ name, value }) => [name, value]));
  return { ...sight(request), headers: without(withoutTokens(headers)) };
}

function without(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'host' && !OWN.includes(name)));
}
