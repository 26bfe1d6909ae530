import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createPlainServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { createServer } from 'node:tls';
import {
  AUTHORITY,
  CREDENTIALS,
  SERVER_NAME,
  startHub,
  startProxy,
  type TestProxyOptions,
} from '../../test/stream/rig.ts';
import { FACTS, HELLO, hearing, stranger } from '../../test/stream/stranger.ts';
import { listener } from '../../test/stream/units.ts';
import { makeAuthority, makeCertificate } from '../../test/tls/certificates.ts';
import { eventually } from '../../test/wire/backend.ts';
import { frame } from './framing.ts';
import type { HubOptions } from './hub.ts';
import { ALPN } from './messages.ts';
import type { SubscriptionState } from './subscription.ts';

const ONE = { upserts: [listener('a/one', 'http')], removals: [] };
const otherAuthority = makeAuthority('another authority');
const otherName = makeCertificate({ names: ['elsewhere.test'], issuer: AUTHORITY });
const old = makeCertificate({ names: [SERVER_NAME], issuer: AUTHORITY, notAfter: Date.now() - 1_000 });

interface Obstacle {
  readonly hub?: Partial<HubOptions>;
  readonly proxy?: Partial<TestProxyOptions>;
  readonly reason: RegExp;
}

const OBSTACLES: Readonly<Record<string, Obstacle>> = {
  'a token of nobody': {
    proxy: { token: async () => 'stolen' },
    reason: /refuses this proxy: the token is of nobody$/,
  },
  'a token file that is not there': {
    proxy: { token: async () => Promise.reject(new Error('ENOENT: no such file')) },
    reason: /^the token can not be read: ENOENT/,
  },
  'a controller of another authority': {
    proxy: { authorities: async () => otherAuthority.certificate },
    reason: /signed by nobody among the authorities \(/,
  },
  'no authorities at all': {
    proxy: { authorities: async () => '' },
    reason: /no certificate \(PEM\) among the authorities/,
  },
  'authorities that are no certificates': {
    proxy: { authorities: async () => '-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n' },
    reason: /authorities/,
  },
  'a certificate for another name': {
    hub: { credentials: () => ({ key: otherName.key, cert: otherName.certificate }) },
    reason: /is not for sluice-controller\.test$/,
  },
  'a certificate of the past': {
    hub: { credentials: () => ({ key: old.key, cert: old.certificate }) },
    reason: /not valid now \(CERT_HAS_EXPIRED\)/,
  },
  'a controller that can not tell': {
    hub: { admit: async () => Promise.reject(new Error('the API server is away')) },
    reason: /can not check its token at the moment$/,
  },
  'an address that is none': { proxy: { controller: 'nowhere' }, reason: /^'nowhere' is no address such as/ },
};

for (const [name, { hub: hubOptions, proxy: proxyOptions, reason }] of Object.entries(OBSTACLES)) {
  test(`${name}: the proxy gets nothing and says why`, async () => {
    const { hub, address } = await startHub(hubOptions);
    hub.publish('x', ONE);
    const proxy = startProxy({ address, ...proxyOptions });
    await eventually(() => reason.test(proxy.reason()), `it says ${reason}: ${proxy.reason()}`);
    assert.deepEqual(proxy.deltas, []);
  });
}

test('nobody listens, or something else does', async () => {
  const ignore = (socket: Socket) => socket.on('error', () => {});
  const plain = createPlainServer(socket => ignore(socket).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const web = createServer(CREDENTIALS, ignore);
  for (const server of [plain, web]) server.listen(0, '127.0.0.1');
  after(() => {
    plain.close();
    web.close();
  });
  await Promise.all([plain, web].map(server => once(server, 'listening')));
  const ports = [plain, web].map(server => server.address()).map(at => (typeof at === 'object' && at ? at.port : 0));
  const proxies = [ports[0], ports[1], 1].map(port => startProxy({ address: `127.0.0.1:${port}` }));
  const reasons = [
    /wrong version number|closed the connection|packet/i,
    /is no controller of Sluice$/,
    /no controller listens there$/,
  ];
  for (const [at, reason] of reasons.entries()) {
    await eventually(() => reason.test(proxies[at]!.reason()), `${reason}: ${proxies[at]!.reason()}`);
  }
});

test('tokens and authorities are read anew for each connection, and certificates asked for', async () => {
  const next = makeAuthority('the next authority');
  const pair = makeCertificate({ names: [SERVER_NAME], issuer: next });
  let credentials = CREDENTIALS;
  let token = 'of nobody';
  let authorities = AUTHORITY.certificate;
  const { hub, address, refusals } = await startHub({ credentials: () => credentials });
  hub.publish('x', ONE);
  const proxy = startProxy({ address, token: async () => `${token}\n`, authorities: async () => authorities });
  await eventually(() => /of nobody/.test(proxy.reason()), 'it is refused');
  token = 'scope:x';
  await eventually(() => hub.proxies('x')[0]?.synced === true, 'it is let in');
  credentials = { key: pair.key, cert: 'rubbish' };
  hub.drop('x');
  await eventually(() => refusals.some(reason => /certificate can not be used/.test(reason)), 'it is told');
  credentials = { key: pair.key, cert: pair.certificate };
  await eventually(() => hub.proxies('x').length === 1, 'the former certificate stays');
  hub.drop('x');
  await eventually(() => /signed by nobody/.test(proxy.reason()), 'it does not know the authority');
  authorities += next.certificate;
  await eventually(proxy.isConnected, 'it does now');
});

test('who asks a follower is sent on to the leader, at an address that need not be in its certificate', async () => {
  const leader = await startHub();
  const follower = await startHub();
  leader.hub.publish('x', ONE);
  follower.hub.admitting({ leader: leader.address });
  const proxy = startProxy({ address: follower.address, serverName: SERVER_NAME });
  await eventually(() => leader.hub.proxies('x')[0]?.synced === true, 'it is at the leader');
  assert.deepEqual(proxy.subscription.state(), { kind: 'connected', controller: leader.address });
  leader.hub.admitting({ leader: follower.address });
  follower.hub.publish('x', ONE);
  follower.hub.admitting('open');
  await eventually(() => follower.hub.proxies('x')[0]?.synced === true, 'the other leads now');
  assert.equal(leader.hub.proxies('x').length, 0);
  follower.hub.admitting({ leader: undefined });
  await eventually(() => /this controller is not the leader$/.test(proxy.reason()), 'nobody is known to lead');
});

test('who was about to say what it has when the leader changed is sent on as well', async () => {
  const [former, leader] = [await startHub(), await startHub()];
  for (const { hub } of [former, leader]) hub.publish('x', ONE);
  const known = () => {
    former.hub.admitting({ leader: leader.address });
    return [];
  };
  startProxy({ address: former.address, known });
  await eventually(() => leader.hub.proxies('x')[0]?.synced === true, 'it is at the leader');
  assert.equal(former.hub.proxies('x').length, 0);
});

test('who is welcomed and sent away in one breath was never connected', async () => {
  const words = [
    { type: 'welcome', heartbeat: 5_000 },
    { type: 'refused', reason: 'the leader has just changed' },
  ];
  const server = createServer({ ...CREDENTIALS, ALPNProtocols: [ALPN] }, socket => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(Buffer.concat(words.map(word => frame(JSON.stringify(word))))));
  });
  server.listen(0, '127.0.0.1');
  after(() => server.close());
  await once(server, 'listening');
  const at = server.address();
  const states: SubscriptionState[] = [];
  startProxy({
    address: `127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`,
    onState: state => void states.push(state),
    // A reason of another kind: what came before is over.
    token: async () => (states.length === 0 ? 'scope:x' : Promise.reject(new Error('enough'))),
  });
  await eventually(() => states.length > 1, 'it has tried twice');
  assert.deepEqual(
    states.map(state => (state.kind === 'waiting' ? state.reason.replace(/^\S+ refuses/, 'refuses') : state.kind)),
    ['refuses this proxy: the leader has just changed', 'the token can not be read: enough'],
  );
});

test('a leader is believed only if it is of the same authority and name', async () => {
  const imposter = await startHub({ credentials: () => ({ key: otherName.key, cert: otherName.certificate }) });
  imposter.hub.publish('x', ONE);
  const { hub, address } = await startHub();
  hub.admitting({ leader: imposter.address });
  const proxy = startProxy({ address });
  await eventually(() => /is not for sluice-controller/.test(proxy.reason()), 'it is not believed');
  assert.deepEqual(proxy.deltas, []);
});

test('a second connection of a proxy takes the place of the first', async () => {
  const { hub, address } = await startHub();
  hub.publish('x', ONE);
  const first = startProxy({ address, pauses: { first: 60_000, most: 60_000 } });
  await eventually(() => hub.proxies('x')[0]?.synced === true, 'the first is there');
  const [former] = hub.proxies('x');
  startProxy({ address });
  await eventually(() => /has taken its place$/.test(first.reason()), 'the first is told');
  await eventually(() => hub.proxies('x')[0]?.synced === true, 'the second is there');
  assert.equal(hub.proxies('x').length, 1);
  assert.notEqual(hub.proxies('x')[0], former);
});

const RUBBISH: Readonly<Record<string, { readonly bytes: Uint8Array; readonly word: RegExp }>> = {
  'a frame without end': { bytes: Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]), word: /^$/ },
  'no JSON': { bytes: frame('GET / HTTP/1.1'), word: /no JSON object/ },
  'JSON of great depth': { bytes: frame('['.repeat(60_000)), word: /no JSON object/ },
  'a hello without a token': { bytes: frame('{"type":"hello"}'), word: /the message 'hello' is not as it should be/ },
  'a hello with a name that is none': {
    bytes: frame(JSON.stringify({ ...HELLO, facts: { ...FACTS, name: 7 } })),
    word: /the message 'hello' is not/,
  },
  'an acknowledgement of nothing': {
    bytes: frame('{"type":"ack","lane":"config","version":1,"outcome":{"failures":[],"rejections":[]}}'),
    word: /'ack' was not expected/,
  },
  'what it has before it is admitted': {
    bytes: frame('{"type":"known","units":{}}'),
    word: /'known' was not expected/,
  },
};

for (const [name, { bytes, word }] of Object.entries(RUBBISH)) {
  test(`a stranger that sends ${name} is sent away`, async () => {
    const { port } = await startHub();
    const socket = await stranger(port);
    const heard = hearing(socket);
    socket.write(bytes);
    await eventually(() => socket.closed, 'it is gone');
    assert.match(heard.at(-1) ?? '', word);
  });
}

test('a crowd that sends rubbish keeps nobody else out', async () => {
  const { hub, port, address } = await startHub({ strangers: { perAddress: 30, inAll: 30 } });
  hub.publish('x', ONE);
  const crowd = await Promise.all(Array.from({ length: 20 }, () => stranger(port)));
  for (const [at, socket] of crowd.entries()) socket.write(at % 2 ? randomBytes(50_000) : frame(`${at}`.repeat(at)));
  const proxy = startProxy({ address });
  await eventually(() => proxy.units.units().length === 1, 'it has its configuration');
});

test('messages of a newer program are passed over', async () => {
  const { hub, port } = await startHub();
  hub.publish('x', ONE);
  const socket = await stranger(port);
  const heard = hearing(socket);
  socket.write(frame('{"type":"greeting","from":"the future"}'));
  socket.write(frame(JSON.stringify({ ...HELLO, protocol: 9, colour: 'red' })));
  await eventually(() => heard.some(text => text.includes('welcome')), 'it is welcome');
  socket.write(frame('{"type":"known","units":{"Wonder":[["w","h"]]}}'));
  await eventually(() => heard.some(text => text.includes('"removals":[["Wonder","w"]]')), 'it has what nobody knows');
});

test('a hub that is there for every address is reached over IPv4', async () => {
  const { hub, address } = await startHub({ host: '::' });
  hub.publish('x', ONE);
  await eventually(startProxy({ address }).isConnected, 'it is connected');
});

test('who says nothing is sent away, and no more strangers are heard than there may be', async () => {
  const { hub, port, address, refusals } = await startHub({ strangers: { perAddress: 2, inAll: 9 }, helloTime: 1_000 });
  hub.publish('x', ONE);
  const sockets = await Promise.all([stranger(port), stranger(port), stranger(port)]);
  assert.equal(sockets.filter(socket => socket.destroyed).length, 1);
  const proxy = startProxy({ address });
  await eventually(proxy.isConnected, 'it gets in when the strangers are gone');
  assert.ok(refusals.includes('it did not say in time who it is'));
});
