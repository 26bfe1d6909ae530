import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ApiServer, type ApiServerOptions, certificate, startApiServer } from '../../test/api-server/index.ts';
import type { ApiClient, WatchEvent } from './api-client.ts';
import { type ApiClientOptions, createApiClient } from './create-api-client.ts';
import type { Credentials, Unusable } from './credentials/credentials.ts';

const ROUTES = '/apis/gateway.networking.k8s.io/v1/httproutes';
const VERSION = '/apis/gateway.networking.k8s.io/v1';

interface Rig {
  readonly api: ApiServer;
  readonly client: ApiClient;
}

async function rig(
  t: TestContext,
  server: ApiServerOptions = {},
  credentials: Partial<Credentials> = {},
  options: Partial<ApiClientOptions> = {},
): Promise<Rig> {
  const api = await startApiServer(server);
  const client = createApiClient({ credentials: { server: api.url, ...credentials }, ...options });
  t.after(async () => {
    client.close();
    await api.close();
  });
  return { api, client };
}

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

/** `ok`, or the failure as status and reason. */
async function outcome(client: ApiClient, path = VERSION): Promise<string> {
  const reply = await client.request('GET', path);
  return reply.kind === 'ok' ? 'ok' : `${reply.failure.status} ${reply.failure.reason}`;
}

async function message(client: ApiClient): Promise<string> {
  const reply = await client.request('GET', VERSION);
  return reply.kind === 'ok' ? 'ok' : reply.failure.message;
}

test('it says who it is, and sends JSON', async t => {
  const { api, client } = await rig(t);
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: {} };
  const reply = await client.request('POST', '/api/v1/namespaces/default/configmaps', { body: manifest });
  assert.equal(reply.kind, 'ok');
  assert.match(api.requests[0]?.userAgent ?? '', /^sluice\/\d+\.\d+\.\d+$/);
  assert.deepEqual(api.requests[0]?.body, manifest);
});

test('what the server refuses is a value with its reason', async t => {
  const { api, client } = await rig(t);
  assert.equal(await outcome(client, `${VERSION}/namespaces/default/httproutes/none`), '404 NotFound');
  api.forbid('list', 'httproutes');
  assert.equal(await outcome(client, ROUTES), '403 Forbidden');
  api.fault({ times: 1 }, { kind: 'garbage', text: '<html>' });
  assert.equal(await outcome(client), '0 Unreadable');
  api.fault({ times: 1 }, { kind: 'reset' });
  const post = await client.request('POST', ROUTES, { body: {} });
  assert.equal(post.kind === 'failed' && post.failure.reason, 'Unreachable');
  await api.stop();
  assert.match(await message(client), /^can't reach http:\/\/127\.0\.0\.1:\d+: connection refused$/);
});

test('an answer that does not come is not waited for', async t => {
  const { api, client } = await rig(t, {}, {}, { patienceMs: 50 });
  api.fault({ times: 1 }, { kind: 'silence' });
  assert.equal(await outcome(client), '0 Unreachable');
  assert.equal(await outcome(client), 'ok');
});

test('a server that asks to be asked later is asked later, but not for ever', async t => {
  const { api, client } = await rig(t);
  api.fault({ times: 2 }, { kind: 'status', code: 429, retryAfter: 0 });
  assert.equal(await outcome(client), 'ok');
  api.fault({}, { kind: 'status', code: 429, retryAfter: 0 });
  assert.equal(await outcome(client), '429 TooManyRequests');
  assert.equal(api.requests.length, 7);
  api.clearFaults();
  api.fault({}, { kind: 'status', code: 500 });
  assert.equal(await outcome(client), '500 InternalError');
  assert.equal(api.requests.length, 8);
});

test('a signal ends a request, and closing ends all', async t => {
  const { api, client } = await rig(t);
  api.fault({}, { kind: 'silence' });
  const controller = new AbortController();
  const aborted = client.request('GET', VERSION, { signal: controller.signal });
  const open = client.request('GET', VERSION);
  const watch = client.watch(ROUTES, { onEvent() {} });
  controller.abort();
  assert.equal((await aborted).kind, 'failed');
  client.close();
  assert.equal((await open).kind, 'failed');
  assert.equal(await watch, undefined);
});

test('a watch that outlives its time is taken for dead', async t => {
  const { api, client } = await rig(t, {}, {}, { slackMs: 20 });
  const events: WatchEvent[] = [];
  api.fault({ watch: true, times: 1 }, { kind: 'silence' });
  const query = { watch: 'true', timeoutSeconds: '0.05' };
  assert.equal(await client.watch(ROUTES, { query, onEvent: event => events.push(event) }), undefined);
});

test('a watch that says nothing any more is taken for dead', async t => {
  const { api, client } = await rig(t, {}, {}, { silenceMs: 100 });
  const types: string[] = [];
  const query = { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: '300' };
  const watch = client.watch(ROUTES, { query, onEvent: ({ type }) => types.push(type) });
  const bookmarks = setInterval(() => api.watches.bookmark(), 20);
  setTimeout(() => clearInterval(bookmarks), 300);
  assert.equal(await watch, undefined);
  assert.ok(types.length > 5, `only ${types.length} bookmarks: silence was not counted from the last`);
});

test('a server that is not the one of the certificate authority is not trusted', async t => {
  const { client } = await rig(t, { tls: true });
  assert.match(await message(client), /^can't reach https:.*certificate/);
});

const TLS: readonly (readonly [string, Partial<Credentials>, string])[] = [
  ['its authority is known', { ca: certificate('ca.crt') }, 'ok'],
  ['nothing is verified', { rejectUnauthorized: false }, 'ok'],
  ['another name is in the certificate', { ca: certificate('ca.crt'), servername: 'kubernetes.test' }, 'ok'],
  ['a wrong name is expected', { ca: certificate('ca.crt'), servername: 'other.test' }, '0 Unreachable'],
];

for (const [what, credentials, expected] of TLS) {
  test(`TLS where ${what}: ${expected}`, async t => {
    const { client } = await rig(t, { tls: true }, credentials);
    assert.equal(await outcome(client), expected);
  });
}

test('a client certificate says who asks', async t => {
  const secure = { tls: true, authenticate: true };
  const ca = certificate('ca.crt');
  const { client } = await rig(t, secure, { ca, cert: certificate('client.crt'), key: certificate('client.key') });
  assert.equal(await outcome(client), 'ok');
  const { client: stranger } = await rig(t, secure, { ca });
  assert.equal(await outcome(stranger), '401 Unauthorized');
});

/** A client whose credentials come from `next`, and how often they were asked for. */
async function renewing(t: TestContext, next: (server: string) => Credentials | Unusable) {
  let asked = 0;
  let url = '';
  const renew = async () => {
    asked++;
    return next(url);
  };
  const { api, client } = await rig(t, { authenticate: true }, bearer('first'), { renew });
  url = api.url;
  api.tokens.add('first');
  assert.equal(await outcome(client), 'ok');
  return { api, client, asked: () => asked };
}

test('a 401 has the credentials asked for again, once for all requests', async t => {
  const { api, client, asked } = await renewing(t, server => ({ server, ...bearer('second') }));
  api.tokens.clear();
  api.tokens.add('second');
  const outcomes = await Promise.all([outcome(client), outcome(client), outcome(client, ROUTES)]);
  assert.deepEqual(outcomes, ['ok', 'ok', 'ok']);
  assert.equal(asked(), 1);
});

test('a watch that is refused has them asked for again too', async t => {
  const { api, client, asked } = await renewing(t, server => ({ server, ...bearer('second') }));
  api.tokens.clear();
  api.tokens.add('second');
  const opened = Promise.withResolvers<void>();
  const watch = client.watch(ROUTES, { query: { watch: 'true' }, onEvent() {}, onOpen: opened.resolve });
  await opened.promise;
  api.watches.end();
  assert.equal(await watch, undefined);
  assert.equal(asked(), 1);
});

test('a token that is replaced often has them asked for each time', async t => {
  let number = 0;
  const { api, client, asked } = await renewing(t, server => ({ server, ...bearer(`next-${++number}`) }));
  for (const token of ['next-1', 'next-2']) {
    api.tokens.clear();
    api.tokens.add(token);
    assert.equal(await outcome(client), 'ok');
  }
  assert.equal(asked(), 2);
});

test('credentials that are refused too are not asked for again and again', async t => {
  const { api, client, asked } = await renewing(t, server => ({ server, ...bearer('useless') }));
  api.tokens.clear();
  for (let times = 0; times < 4; times++) assert.equal(await outcome(client), '401 Unauthorized');
  assert.equal(asked(), 1);
});

test('why there are no other credentials is said', async t => {
  const { api, client } = await renewing(t, () => ({ unusable: 'the plugin is out of order' }));
  api.tokens.clear();
  assert.equal(await message(client), 'Unauthorized (the plugin is out of order)');
});

test('credentials for another server are not used: statuses would go to another cluster', async t => {
  const { api, client } = await renewing(t, () => ({ server: 'http://127.0.0.1:1', ...bearer('first') }));
  api.tokens.clear();
  assert.match(await message(client), /^Unauthorized \(the credentials are for http:\/\/127\.0\.0\.1:1 now, not for/);
});

test('a server that has another certificate has the credentials asked for again', async t => {
  const answers = ['ca.crt', 'other-ca.crt'];
  let url = '';
  const renew = async () => ({ server: url, ca: certificate(answers.pop() ?? '') });
  const { api, client } = await rig(t, { tls: true }, { ca: certificate('ca.crt') }, { renew });
  url = api.url;
  assert.equal(await outcome(client), 'ok');
  api.replaceCertificate();
  assert.equal(await outcome(client), 'ok');
  assert.deepEqual(answers, ['ca.crt']);
});

test('a token that can not be a header is refused, not thrown', async t => {
  const { client } = await rig(t, {}, bearer('a\nb'));
  assert.equal(await outcome(client), '0 Unreachable');
});

test('what goes wrong in who hears of events is no loss of the connection', async t => {
  const { api, client } = await rig(t);
  api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } });
  const onEvent = () => {
    throw new Error('a bug');
  };
  await assert.rejects(client.watch('/api/v1/namespaces', { query: { watch: 'true' }, onEvent }), /a bug/);
});
