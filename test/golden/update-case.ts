import type { Check, Expectation, Sight } from './check.ts';
import { backendOf } from './compare-answer.ts';
import type { Verdict } from './expected-match.ts';
import type { Answer } from './live-case.ts';

/** What happened, in the place of what was expected; of the backend's view and the headers only what was asked for. */
export function observed(check: Check, verdict: Verdict, answer: Answer): Check {
  const { expect } = check;
  if (answer.status === 0) return { ...check, expect: { status: 0 } };
  const expectation: Expectation = {
    ...(typeof verdict === 'object' && verdict),
    ...backendSeen(expect, answer),
    status: answer.status,
    ...(answer.headers['grpc-status'] !== undefined && { grpcStatus: Number(answer.headers['grpc-status']) }),
    ...(answer.certificate !== undefined && { certificate: answer.certificate }),
    ...(answer.headers.location !== undefined && { location: answer.headers.location }),
    ...(expect?.backendSees && answer.echo && { backendSees: sight(expect, answer) }),
    ...(expect?.mirrors && { mirrors: expect.mirrors }),
    ...(expect?.headers && { headers: values(expect.headers, answer.headers) }),
    ...(expect?.absentHeaders && { absentHeaders: expect.absentHeaders }),
    ...(expect?.body !== undefined && { body: answer.body }),
  };
  return { ...check, expect: expectation };
}

function backendSeen(expect: Expectation | undefined, answer: Answer): Pick<Expectation, 'backend'> {
  const backend = backendOf(answer);
  if (backend === undefined) return {};
  return { backend: Array.isArray(expect?.backend) && expect.backend.includes(backend) ? expect.backend : backend };
}

function sight({ backendSees: asked }: Expectation, { echo }: Answer): Sight {
  const { method, path, host, body, headers = {}, absent, way } = asked ?? {};
  return {
    ...(method !== undefined && { method: echo?.method ?? '' }),
    ...(path !== undefined && { path: echo?.path ?? '' }),
    ...(host !== undefined && { host: echo?.host ?? '' }),
    ...(body !== undefined && { body: echo?.body ?? '' }),
    ...(asked?.headers && { headers: values(headers, echo?.headers ?? {}) }),
    ...(absent && { absent }),
    ...(way && echo?.way && { way: values(way, { ...echo.way }) }),
  };
}

function values(
  asked: Readonly<Record<string, string>>,
  seen: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.keys(asked).map(name => [name, seen[name] ?? '(absent)']));
}
