import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Check, Expectation, Sight, Weights } from './check.ts';
import type { Echo } from './echo-backend.ts';
import type { Answer, LiveCase } from './live-case.ts';

export function compareAnswer(answer: Answer, expected: Expectation): void {
  assert.equal(answer.status, expected.status, `status (body: ${answer.body.slice(0, 200)})`);
  assert.equal(answer.headers.location, expected.location, 'location');
  compareBackend(answer, expected);
  if (expected.grpcStatus !== undefined)
    assert.equal(Number(answer.headers['grpc-status']), expected.grpcStatus, 'grpc-status');
  if (expected.certificate !== undefined) assert.equal(answer.certificate, expected.certificate, 'certificate');
  for (const [name, value] of Object.entries(expected.headers ?? {})) assert.equal(answer.headers[name], value, name);
  for (const name of expected.absentHeaders ?? []) assert.equal(answer.headers[name], undefined, name);
  if (expected.body !== undefined) assert.equal(answer.body, expected.body, 'body');
}

/** Copies are sent when the request is; they may come later than its answer. */
export async function compareMirrors(live: LiveCase, answer: Answer, mirrors: readonly string[]): Promise<void> {
  const expected = [...mirrors, backendOf(answer)].sort();
  const deadline = Date.now() + 2_000;
  while (live.receivers(answer).length < expected.length && Date.now() < deadline) await sleep(2);
  assert.deepEqual(live.receivers(answer), expected, 'backends that got the request');
}

/** The backend that answered; `namespace/service:port`. */
export function backendOf({ headers }: Answer): string | undefined {
  return headers['x-backend'];
}

function compareBackend(answer: Answer, { backend, backendSees }: Expectation): void {
  const backends: readonly (string | undefined)[] = typeof backend === 'string' ? [backend] : (backend ?? [undefined]);
  const answered = backendOf(answer);
  assert.ok(backends.includes(answered), `backend ${answered}, expected ${backends.join(' or ')}`);
  if (!backendSees) return;
  assert.ok(answer.echo, 'a backend must have answered with a body');
  compareSight(answer.echo, backendSees);
}

function compareSight(echo: Echo, sight: Sight): void {
  for (const field of ['method', 'path', 'host', 'body'] as const) {
    if (sight[field] !== undefined) assert.equal(echo[field], sight[field], `${field} at the backend`);
  }
  for (const [name, value] of Object.entries(sight.headers ?? {})) {
    assert.equal(echo.headers[name], value, `${name} at the backend`);
  }
  for (const name of sight.absent ?? []) assert.equal(echo.headers[name], undefined, `${name} at the backend`);
  if (sight.way && echo.way) assert.deepEqual({ ...echo.way, ...sight.way }, echo.way, 'way to the backend');
}

/** Wide enough that chance fails one run in a million: five standard deviations. */
export async function compareWeights(live: LiveCase, { request }: Check, { times, shares }: Weights): Promise<void> {
  const counts = new Map<string, number>();
  for (let sent = 0; sent < times; sent++) {
    const answer = await live.send(request);
    const who = backendOf(answer) ?? String(answer.status);
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  for (const who of counts.keys()) assert.ok((shares[who] ?? 0) > 0, `${who} answered`);
  for (const [who, share] of Object.entries(shares)) {
    const tolerance = 5 * Math.sqrt((share * (1 - share)) / times);
    const seen = (counts.get(who) ?? 0) / times;
    assert.ok(
      Math.abs(seen - share) <= tolerance,
      `${who} got ${seen} of the requests, expected ${share} ± ${tolerance}`,
    );
  }
}
