import { fieldValue } from '../proxy/index.ts';
import { backendLabel, NONE, routeLabel } from './names.ts';
import type { Probe, Prober } from './prober.ts';
import { readTestUrl } from './request-url.ts';
import type { Expectation, RoutingTest, Sight, TestRequest } from './routing-test.ts';

/** A test that passes as things are; or why the request can't be put to anything. */
export type Recorded =
  | { readonly test: RoutingTest; readonly answers: readonly Probe[] }
  | { readonly unaskable: string };

/** Writes down what becomes of a request now. */
export async function recordTest(request: TestRequest, prober: Prober): Promise<Recorded> {
  const probed = await prober.probe(request);
  if (probed.kind === 'unaskable') return { unaskable: probed.reason };
  const { answers } = probed;
  return { test: { request, expect: expectationOf(request, answers) }, answers };
}

function expectationOf(request: TestRequest, answers: readonly Probe[]): Expectation {
  const { facts } = answers[0]!;
  const backends = [...new Set(answers.map(answer => backendLabel(answer.facts)))];
  const status = agreed(answers, answer => answer.status);
  const location = agreed(answers, answer => fieldValue(answer.headers, 'location'));
  const backendSees = sightOf(request, answers);
  return {
    route: routeLabel(facts),
    ...(facts.rule !== undefined && { rule: facts.ruleName ?? facts.rule }),
    backend: backends.length === 1 ? (backends[0] ?? NONE) : backends,
    ...(status !== undefined && { status }),
    ...(location !== undefined && { location }),
    ...(backendSees !== undefined && { backendSees }),
  };
}

/** What they all say. */
function agreed<T>(answers: readonly Probe[], read: (answer: Probe) => T): T | undefined {
  const said = new Set(answers.map(read));
  return said.size === 1 ? [...said][0] : undefined;
}

/** Path and host where they are rewritten. */
function sightOf({ url, headers = {} }: TestRequest, answers: readonly Probe[]): Sight | undefined {
  const parts = readTestUrl(url);
  if ('refused' in parts) return undefined;
  const sent = fieldValue(Object.entries(headers), 'host') ?? parts.authority;
  const path = agreed(answers, ({ seen }) => seen?.target);
  const host = agreed(answers, ({ seen }) => seen && fieldValue(seen.headers, 'host'));
  const sight = {
    ...(path !== undefined && path !== parts.target && { path }),
    ...(host !== undefined && host !== sent && { host }),
  };
  return Object.keys(sight).length === 0 ? undefined : sight;
}
