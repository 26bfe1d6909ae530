import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ApiServer, startApiServer } from '../../test/api-server/index.ts';
import { until } from '../../test/until.ts';
import { createApiClient } from './create-api-client.ts';
import { type ListWatchOptions, startListWatch, type Trouble } from './list-watch.ts';
import type { RawObject } from './raw-object.ts';

const PATH = '/apis/gateway.networking.k8s.io/v1/httproutes';
const COLLECTION = 'httproutes.gateway.networking.k8s.io';

const route = (name: string, hostname = 'a.example') => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace: 'shop' },
  spec: { hostnames: [hostname] },
});

const ref = (name: string) => ({ kind: 'HTTPRoute', namespace: 'shop', name });

/** A followed resource: what it told, in order. */
interface Followed {
  readonly api: ApiServer;
  readonly log: readonly string[];
  readonly objects: readonly RawObject[];
  readonly troubles: readonly (Trouble | undefined)[];
  /** Resolves when the condition holds. */
  until(what: string, holds: () => boolean): Promise<void>;
  /** The queries of the lists or of the watches that were asked for. */
  asked(kind: 'list' | 'watch'): readonly Readonly<Record<string, string>>[];
  close(): void;
}

async function follow(t: TestContext, prepare: (api: ApiServer) => void, more: Partial<ListWatchOptions> = {}) {
  const api = await startApiServer();
  prepare(api);
  const client = createApiClient({ credentials: { server: api.url } });
  const log: string[] = [];
  const objects: RawObject[] = [];
  const troubles: (Trouble | undefined)[] = [];
  const listWatch = startListWatch({
    client,
    path: PATH,
    pauses: { firstMs: 20, mostMs: 50, slowMs: 30 },
    onUpsert(object) {
      objects.push(object);
      log.push(`+${object.metadata.name}`);
    },
    onDelete: ({ namespace, name }) => log.push(`-${namespace}/${name}`),
    onSynced: () => log.push('synced'),
    onTrouble: trouble => troubles.push(trouble),
    ...more,
  });
  t.after(async () => {
    listWatch.close();
    client.close();
    await api.close();
  });
  const followed: Followed = {
    api,
    log,
    objects,
    troubles,
    until,
    asked: kind =>
      api.requests
        .filter(request => request.path === PATH && (request.query.watch === 'true') === (kind === 'watch'))
        .map(request => request.query),
    close: listWatch.close,
  };
  return followed;
}

/** Followed, and its watch is open. */
async function watching(t: TestContext, names: readonly string[], more: Partial<ListWatchOptions> = {}) {
  const followed = await follow(
    t,
    api => {
      for (const name of names) api.put(route(name));
    },
    more,
  );
  await until('the watch', () => followed.api.watches.count() === 1);
  return followed;
}

test('what there is, then what happens', async t => {
  const { api, log, objects } = await watching(t, ['a', 'b']);
  assert.deepEqual(log, ['+a', '+b', 'synced']);
  api.put(route('c'));
  api.put(route('a', 'other.example'));
  api.delete(ref('b'));
  await until('the deletion', () => log.length === 6);
  assert.deepEqual(log.slice(3), ['+c', '+a', '-shop/b']);
  assert.deepEqual(
    objects.map(({ apiVersion, kind, metadata }) => [apiVersion, kind, 'managedFields' in metadata]),
    Array(4).fill(['gateway.networking.k8s.io/v1', 'HTTPRoute', false]),
  );
});

test('items of built-in kinds get the identity that their list leaves out', async t => {
  const { objects } = await follow(
    t,
    api => api.put({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: {} }),
    { path: '/api/v1/services' },
  );
  await until('the object', () => objects.length === 1);
  assert.deepEqual([objects[0]?.apiVersion, objects[0]?.kind], ['v1', 'Service']);
});

test('what kubectl keeps for itself is not kept', async t => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'yes' };
  const { objects } = await follow(t, api =>
    api.put({ ...route('a'), metadata: { ...route('a').metadata, annotations } }),
  );
  await until('the object', () => objects.length === 1);
  assert.deepEqual(objects[0]?.metadata.annotations, { mine: 'yes' });
});

test('metadata only, where only those are asked for', async t => {
  const { api, objects } = await watching(t, ['a'], { metadataOnly: true });
  api.put(route('b'));
  await until('the event', () => objects.length === 2);
  for (const object of objects) {
    assert.deepEqual(Object.keys(object).sort(), ['apiVersion', 'kind', 'metadata']);
    assert.equal(object.kind, 'PartialObjectMetadata');
  }
});

test('a large list comes in pages, and begins again when a page is too old', async t => {
  let expired = false;
  const names = Array.from({ length: 1100 }, (_, index) => `route-${index}`);
  const { api, log, asked } = await follow(
    t,
    server => {
      for (const name of names) server.put(route(name));
    },
    {
      onUpsert() {
        if (!expired) api.expire();
        expired = true;
        counted++;
      },
    },
  );
  let counted = 0;
  await until('the list', () => log.includes('synced'));
  assert.equal(counted, names.length);
  assert.deepEqual(
    asked('list').map(query => [query.limit, 'continue' in query]),
    [
      ['500', false],
      ['500', true],
      ['500', false],
      ['500', true],
      ['500', true],
    ],
  );
});

test('a watch goes on where the one before ended, and a bookmark says where that is', async t => {
  const { api, log, asked } = await watching(t, ['a']);
  // Revisions that this resource hears of by bookmarks only.
  const { metadata } = api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  api.watches.bookmark();
  api.watches.end();
  api.put(route('b'));
  await until('the event', () => log.includes('+b'));
  const [first, second] = asked('watch');
  assert.equal(asked('list').length, 1);
  assert.equal(first?.allowWatchBookmarks, 'true');
  assert.ok(Number(first?.timeoutSeconds) >= 240 && Number(first?.timeoutSeconds) <= 480);
  assert.equal(second?.resourceVersion, metadata.resourceVersion);
});

test('a watch that breaks goes on where it was', async t => {
  const { api, log, asked, troubles } = await watching(t, ['a']);
  api.watches.drop();
  api.put(route('b'));
  api.delete(ref('a'));
  await until('the events', () => log.includes('-shop/a'));
  assert.deepEqual(log, ['+a', 'synced', '+b', '-shop/a']);
  assert.equal(asked('list').length, 1);
  assert.deepEqual(
    troubles.map(trouble => trouble?.reason),
    ['Unreachable', undefined],
  );
});

for (const as of ['event', 'status'] as const) {
  test(`a version that is too old (${as}) has everything listed anew, and tells only what differs`, async t => {
    const { api, log, asked, troubles } = await watching(t, ['a', 'b', 'c']);
    await api.stop();
    api.delete(ref('a'));
    api.put(route('b', 'other.example'));
    api.put(route('d'));
    api.expire(as);
    await api.resume();
    await until('the list', () => log.includes('-shop/a'));
    assert.deepEqual(log.slice(4), ['+b', '+d', '-shop/a']);
    assert.equal(asked('list').length, 2);
    assert.deepEqual(troubles.at(-1), undefined);
    api.put(route('e'));
    await until('events', () => log.includes('+e'));
  });
}

test('a watch that is open is told of its expiry', async t => {
  const { api, log, asked } = await watching(t, ['a']);
  api.expire();
  api.put(route('b'));
  await until('the event', () => log.includes('+b'));
  assert.equal(asked('list').length, 2);
  assert.deepEqual(log, ['+a', 'synced', '+b']);
});

test('what is forbidden is said once, asked for again and picked up when it is granted', async t => {
  const { api, log, troubles, asked } = await follow(t, server => {
    server.put(route('a'));
    server.forbid('list', 'httproutes');
  });
  await until('some tries', () => asked('list').length > 3);
  assert.equal(troubles.length, 1);
  const { verb, status, reason, message } = troubles[0]!;
  assert.deepEqual([verb, status, reason], ['list', 403, 'Forbidden']);
  assert.match(message, /User "tester" cannot list resource "httproutes"/);
  api.allow('list', 'httproutes');
  await until('the list', () => log.includes('synced'));
  assert.deepEqual(troubles.slice(1), [undefined]);
});

test('where watching is forbidden, lists show what happens', async t => {
  const { api, log, troubles } = await follow(t, server => server.forbid('watch', 'httproutes'));
  await until('the trouble', () => troubles.length === 1);
  api.put(route('a'));
  await until('the object', () => log.includes('+a'));
  assert.deepEqual(
    troubles.map(trouble => trouble?.verb),
    ['watch'],
  );
  api.allow('watch', 'httproutes');
  await until('the watch', () => troubles.length === 2);
  assert.equal(troubles[1], undefined);
});

test('what was permitted and is forbidden for a moment goes on where it was, and nothing is said', async t => {
  const pauses = { firstMs: 10, mostMs: 10, slowMs: 60_000 };
  const { api, log, troubles, asked } = await watching(t, ['a'], { pauses });
  api.fault({ watch: true, times: 3 }, { kind: 'status', code: 403 });
  api.watches.end();
  api.put(route('b'));
  await until('what happened meanwhile', () => log.includes('+b'));
  assert.deepEqual([troubles, asked('list').length], [[], 1]);
});

test('a right that is lost is said', async t => {
  const { api, troubles } = await watching(t, ['a']);
  api.forbid('watch', 'httproutes');
  api.watches.end();
  await until('the trouble', () => troubles.length === 1);
  assert.deepEqual([troubles[0]?.verb, troubles[0]?.status], ['watch', 403]);
});

test('a kind that goes away takes its objects along, and comes back', async t => {
  const { api, log, troubles } = await watching(t, ['a']);
  api.unserve(COLLECTION);
  await until('the trouble', () => troubles.length === 1);
  assert.equal(troubles[0]?.status, 404);
  assert.deepEqual(log, ['+a', 'synced', '-shop/a']);
  api.serve(COLLECTION);
  api.put(route('b'));
  await until('the object', () => log.includes('+b'));
  await until('that the watch is open', () => troubles.at(-1) === undefined);
});

test('a kind that is not there for a moment loses only what is gone when it is back', async t => {
  const { api, log, troubles } = await watching(t, ['a', 'b']);
  api.fault({ path: /httproutes/ }, { kind: 'status', code: 404 });
  api.watches.drop();
  await until('the trouble', () => troubles.at(-1)?.status === 404);
  assert.deepEqual(log, ['+a', '+b', 'synced']);
  api.delete(ref('a'));
  api.clearFaults();
  await until('the deletion', () => log.includes('-shop/a'));
  assert.deepEqual(log.slice(3), ['-shop/a']);
});

test('a server that is gone changes nothing, and what it did meanwhile is told when it is back', async t => {
  const { api, log, troubles, asked } = await watching(t, ['a', 'b']);
  await api.stop();
  await until('the trouble', () => troubles.some(trouble => /connection refused/.test(trouble?.message ?? '')));
  assert.deepEqual(log, ['+a', '+b', 'synced']);
  api.delete(ref('a'));
  await api.resume();
  await until('the deletion', () => log.includes('-shop/a'));
  assert.equal(troubles.at(-1), undefined);
  assert.equal(asked('list').length, 1);
});

test('a server that is not there yet is waited for', async t => {
  const { api, log, troubles } = await follow(t, server => {
    server.put(route('a'));
    server.stop();
  });
  await until('the trouble', () => troubles.length > 0);
  await api.resume();
  await until('the list', () => log.includes('synced'));
  assert.equal(troubles.at(-1), undefined);
});

const MUDDLED: readonly (readonly [string, string])[] = [
  ['half a line', '{"type":"ADDED","obj'],
  ['a line that is no JSON', 'oops\n'],
  ['an event that is none', '{"type":"MOVED","object":{}}\n'],
  ['an error that is none', '{"type":"ERROR","object":null}\n'],
  ['an object that is none', '{"type":"ADDED","object":{"metadata":{"name":7}}}\n'],
  ['the deletion of what nobody knows', deletion('nobody', '1001')],
  ['an older deletion of what is there', deletion('a', '7')],
  ['a change of long ago', change('nobody', '7')],
];

function change(name: string, resourceVersion: string, type = 'MODIFIED'): string {
  const object = { ...route(name), metadata: { ...route(name).metadata, resourceVersion } };
  return `${JSON.stringify({ type, object })}\n`;
}

function deletion(name: string, resourceVersion: string): string {
  return change(name, resourceVersion, 'DELETED');
}

for (const [what, bytes] of MUDDLED) {
  test(`${what} does no harm`, async t => {
    const { api, log } = await watching(t, ['a']);
    api.watches.say(bytes);
    await new Promise(resolve => setTimeout(resolve, 20));
    api.watches.drop();
    api.put(route('b'));
    await until('the event', () => log.includes('+b'));
    assert.deepEqual(log, ['+a', 'synced', '+b']);
  });
}

test('a change of what was never added adds it', async t => {
  const { api, log } = await watching(t, []);
  api.watches.say(change('a', '5000'));
  await until('the object', () => log.includes('+a'));
});

test('characters may lie across chunks', async t => {
  const { api, objects } = await watching(t, []);
  const bytes = Buffer.from(change('a', '5000').replace('a.example', 'bücher.example'));
  const cut = bytes.indexOf('ü') + 1;
  api.watches.say(bytes.subarray(0, cut));
  await new Promise(resolve => setTimeout(resolve, 20));
  api.watches.say(bytes.subarray(cut));
  await until('the object', () => objects.length === 1);
  assert.deepEqual(objects[0]?.spec, { hostnames: ['bücher.example'] });
});

test('a server that answers with errors is asked again', async t => {
  const { api, log, troubles } = await follow(t, server => {
    server.put(route('a'));
    server.fault({ times: 2 }, { kind: 'status', code: 500 });
    server.fault({ times: 1, path: /httproutes/ }, { kind: 'garbage', text: '{"kind":' });
  });
  await until('the list', () => log.includes('synced'));
  assert.deepEqual(
    troubles.map(trouble => trouble?.reason),
    ['InternalError', 'Unreadable', undefined],
  );
  await until('the watch', () => api.watches.count() === 1);
});

test('a watch that ends at once is not asked for again at once', async t => {
  const prepare = (server: ApiServer) => server.fault({ watch: true }, { kind: 'garbage', text: '' });
  const pauses = { firstMs: 2 ** 30, mostMs: 2 ** 30 };
  const { asked } = await follow(t, prepare, { pauses });
  await until('the watch', () => asked('watch').length > 0);
  await new Promise(resolve => setTimeout(resolve, 50));
  assert.equal(asked('watch').length, 1);
});

test('closed, it says nothing more, and asks for nothing', async t => {
  const { api, log, close, asked } = await watching(t, ['a']);
  close();
  api.put(route('b'));
  await until('the end of the watch', () => api.watches.count() === 0);
  const requests = asked('watch').length;
  await new Promise(resolve => setTimeout(resolve, 100));
  assert.deepEqual(log, ['+a', 'synced']);
  assert.equal(asked('watch').length, requests);
});
