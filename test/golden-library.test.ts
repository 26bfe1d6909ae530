import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AddressPlan,
  type BackendHandler,
  createGateway,
  createMemorySource,
  type Gateway,
  type GatewayAnswer,
} from '../src/gateway/index.ts';
import { keyOf, type Service } from '../src/resources/index.ts';
import { type Check, isPlain, targetOf } from './golden/check.ts';
import { createClients, withoutTokens } from './golden/clients.ts';
import { compareAnswer } from './golden/compare-answer.ts';
import { caseNames, type GoldenCase, readCase } from './golden/golden-case.ts';
import { type Answer, labelOf } from './golden/live-case.ts';
import { loadManifest } from './golden/load-manifest.ts';

/** As if each Gateway had an address of its own. */
const apart: AddressPlan = {
  assign: gateways => gateways.map((gateway, at) => ({ gateway: keyOf(gateway), hosts: [`127.0.1.${at + 1}`] })),
};

/** It lists header fields as a server of Node writes them. */
const OF_NODE = 'cors-for-everybody-names-what-was-asked-for';

// Some cases wait for timeouts.
suite('by the library', { concurrency: true }, () => {
  const playable = caseNames().map(readCase).filter(isPlayable);
  for (const golden of playable) test(golden.name, () => play(golden));
});

async function play(golden: GoldenCase): Promise<void> {
  const gateway = await gatewayOf(golden);
  const clients = createClients();
  for (const { request, expect } of golden.checks.filter(check => isPlain(check.request))) {
    if (!expect) continue;
    const { method, body, gateway: of } = request;
    const headers = { host: targetOf(request).authority, ...clients.fieldsOf(request) };
    const asked = gateway.request(request.url, { method, body, headers, gateway: of });
    if (expect.status === 0) {
      await assert.rejects(asked, /listens? on/);
      continue;
    }
    const given = await asked;
    const answer = toldOf(given, await given.text());
    clients.keep(request, answer.headers);
    compare({ request, expect }, withoutSecrets(answer), given.arrived);
  }
  await gateway.close();
}

/** In memory every backend answers; and something has to be asked. */
function isPlayable({ name, options, checks }: GoldenCase): boolean {
  return (
    name !== OF_NODE && !options.withoutEndpoints && checks.some(({ request, expect }) => expect && isPlain(request))
  );
}

async function gatewayOf({ folder, options: { controllerName } }: GoldenCase): Promise<Gateway> {
  const file = path.join(folder, 'in.yaml');
  const source = createMemorySource();
  source.setText('in.yaml', readFileSync(file, 'utf8'));
  const { resources } = await loadManifest(file);
  const ports = resources.flatMap(resource => {
    if (resource.kind !== 'Service') return [];
    const { metadata, spec } = resource as Service;
    return spec.ports.map(({ port }) => `${metadata.namespace}/${metadata.name}:${port}`);
  });
  return createGateway({
    source,
    addresses: apart,
    backends: Object.fromEntries(ports.map(key => [key, backend(key)])),
    ...(controllerName !== undefined && { controllerName }),
  });
}

/** As the echo of the live cases: late, or with another status, where the request asks for it, for its first tries. */
function backend(key: string): BackendHandler {
  const tries = new Map<string | null, number>();
  return async request => {
    const { headers } = request;
    const id = headers.get('x-request-id');
    const nth = (tries.get(id) ?? 0) + 1;
    tries.set(id, nth);
    const asked = nth <= Number(headers.get('x-echo-tries') ?? nth) ? headers : new Headers();
    await sleep(Number(asked.get('x-echo-delay') ?? 0));
    const status = Number(asked.get('x-echo-status') ?? 200);
    const body = status === 204 || status === 304 ? null : 'from a backend';
    return new Response(body, { status, headers: { 'content-type': 'application/json', 'x-backend': key } });
  };
}

/** What the live proxy would be told of by its echo is had from the data plane in memory. */
function toldOf({ status, headers, arrived, facts }: GatewayAnswer, body: string): Answer {
  // A ServiceImport is answered for by the built-in echo, which does not name itself.
  const key = facts.backend === undefined || facts.outcome !== undefined ? null : labelOf({ name: facts.backend });
  const seen = arrived.findLast(request => labelOf({ name: request.backend }) === key);
  const fields = Object.groupBy([...headers], ([name]) => name);
  const told = Object.fromEntries(Object.entries(fields).map(([name, own = []]) => [name, valuesOf(own)]));
  const answer = { status, headers: { ...told, ...(key !== null && { 'x-backend': key }) }, body };
  if (!seen || key === null) return answer;
  const [service = '', port] = key.split(':');
  const received = Object.groupBy(seen.headers, ([name]) => name.toLowerCase());
  const sent = Object.fromEntries(Object.entries(received).map(([name, own = []]) => [name, valuesOf(own)]));
  const { method, target } = seen;
  const text = Buffer.from(seen.body).toString();
  return {
    ...answer,
    echo: { service, port: Number(port), method, path: target, host: sent.host ?? '', headers: sent, body: text },
  };
}

function withoutSecrets({ headers, echo, ...rest }: Answer): Answer {
  const seen = echo && { ...echo, headers: withoutTokens(echo.headers) };
  return { ...rest, headers: withoutTokens(headers), ...(seen && { echo: seen }) };
}

function valuesOf(fields: readonly (readonly [name: string, value: string])[]): string {
  return fields.map(([, value]) => value).join(', ');
}

function compare({ request, expect }: Check, answer: Answer, arrived: GatewayAnswer['arrived']): void {
  try {
    assert.ok(expect);
    compareAnswer(answer, expect);
    if (!expect.mirrors) return;
    const receivers = arrived.map(({ backend: name }) => labelOf({ name })).sort();
    assert.deepEqual(receivers, [...expect.mirrors, answer.headers['x-backend']].sort());
  } catch (error) {
    if (error instanceof Error) error.message = `${request.method ?? 'GET'} ${request.url}: ${error.message}`;
    throw error;
  }
}
