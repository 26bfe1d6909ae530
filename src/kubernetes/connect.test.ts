import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type ApiServer,
  CERTIFICATES,
  certificate,
  clientCertificate,
  type Identity,
  startApiServer,
} from '../../test/api-server/index.ts';
import { type Connected, type ConnectOptions, connect } from './connect.ts';
import type { Unusable } from './credentials/credentials.ts';

const VERSION = '/apis/gateway.networking.k8s.io/v1';

/** An API server that lets in who it knows, and a folder for files. */
interface Rig {
  readonly api: ApiServer;
  readonly folder: string;
  /** Writes a file, and gives its path. */
  write(name: string, text: string, mode?: number): string;
  /** With nothing of the environment of this test but PATH. */
  connect(options: ConnectOptions): Promise<Connected | Unusable>;
}

async function rig(t: TestContext): Promise<Rig> {
  const api = await startApiServer({ tls: true, authenticate: true });
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-test-'));
  const open: Connected[] = [];
  t.after(async () => {
    for (const client of open) client.close();
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    api,
    folder,
    write(name, text, mode = 0o600) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text, { mode });
      return file;
    },
    async connect({ env, ...options }) {
      const connected = await connect({ env: { PATH: process.env.PATH, ...env }, ...options });
      if (!('unusable' in connected)) open.push(connected);
      return connected;
    },
  };
}

/** `ok`, or what the user is told. */
async function outcome(connected: Connected | Unusable): Promise<string> {
  if ('unusable' in connected) return connected.unusable;
  const reply = await connected.request('GET', VERSION);
  return reply.kind === 'ok' ? 'ok' : reply.failure.message;
}

/** A program that node runs, as a credential plugin. */
const plugin = (script: string, more: object = {}) => ({
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', script],
    interactiveMode: 'Never',
    ...more,
  },
});

const credential = (status: string) =>
  `console.log(JSON.stringify({ apiVersion: '', kind: 'ExecCredential', status: ${status} }))`;

/** User entries of a kubeconfig and what comes of them; `good` is a token that the server knows. */
const USERS: readonly (readonly [string, Identity, string | RegExp])[] = [
  ['nobody', {}, 'Unauthorized'],
  ['a token', { token: 'good' }, 'ok'],
  ['a token file', { tokenFile: 'good.token' }, 'ok'],
  ['a token file before a token', { tokenFile: 'good.token', token: 'bad' }, 'ok'],
  [
    'a token file that is not there',
    { tokenFile: 'no.token' },
    /^user "tester" of kubeconfig .*: tokenFile .*no\.token can't be read: there is no such file$/,
  ],
  ['a certificate', clientCertificate(), 'ok'],
  [
    'a certificate in files',
    {
      'client-certificate': path.join(CERTIFICATES, 'client.crt'),
      'client-key': path.join(CERTIFICATES, 'client.key'),
    },
    'ok',
  ],
  [
    'a certificate that is none',
    { 'client-certificate-data': 'AAAA', 'client-key-data': 'AAAA' },
    /^can't connect to https:/,
  ],
  ['a plugin with a token', plugin(credential(`{ token: 'good' }`)), 'ok'],
  [
    'a plugin with a certificate',
    plugin(
      credential(
        `{ clientCertificateData: ${JSON.stringify(certificate('client.crt'))}, clientKeyData: ${JSON.stringify(certificate('client.key'))} }`,
      ),
    ),
    'ok',
  ],
  [
    'a plugin that reads what it is told',
    plugin(
      credential(
        '{ token: JSON.parse(process.env.KUBERNETES_EXEC_INFO).spec.cluster.server.startsWith("https:") && process.env.MINE }',
      ),
      { provideClusterInfo: true, env: [{ name: 'MINE', value: 'good' }] },
    ),
    'ok',
  ],
  [
    'a plugin that fails',
    plugin('console.error("first\\nlog in again"); process.exit(3)'),
    /^user "tester" of kubeconfig .*: credential plugin .* failed \(exit code 3\): log in again$/,
  ],
  [
    'a plugin that says nothing',
    plugin(''),
    /: credential plugin .* gave neither a token nor a certificate with its key/,
  ],
  [
    'a plugin that is not installed',
    { exec: { command: 'no-such-plugin', installHint: 'get it\nfrom its maker' } },
    /: credential plugin no-such-plugin is not installed; get it from its maker$/,
  ],
  ['a plugin that is not named', { exec: {} }, /: exec\.command is missing$/],
  ['a plugin that must ask', plugin('', { interactiveMode: 'Always' }), /: credential plugin .* needs a terminal$/],
  [
    'an auth-provider',
    { 'auth-provider': { name: 'oidc', config: { 'id-token': 'good' } } },
    /^user "tester" of kubeconfig .*: auth-provider is not supported: use a credential plugin \(exec\)/,
  ],
  [
    'groups of somebody else',
    { token: 'good', as: 'jane', 'as-groups': ['admins'] },
    /: as-groups is not supported; only 'as' is$/,
  ],
];

for (const [what, user, expected] of USERS) {
  test(`a user with ${what}`, async t => {
    const { api, write, connect } = await rig(t);
    api.tokens.add('good');
    write('good.token', 'good\n');
    const said = await outcome(await connect({ kubeconfig: write('config', api.kubeconfig(user)) }));
    if (typeof expected === 'string') assert.equal(said, expected);
    else assert.match(said, expected);
    assert.doesNotMatch(said, /\n/);
  });
}

test('asking as somebody else', async t => {
  const { api, write, connect } = await rig(t);
  api.tokens.add('good');
  const kubeconfig = write('config', api.kubeconfig({ token: 'good', as: 'jane' }));
  assert.equal(await outcome(await connect({ kubeconfig })), 'ok');
  assert.equal(api.requests[0]?.impersonated, 'jane');
});

test('a token file that is replaced', async t => {
  const { api, write, connect } = await rig(t);
  api.tokens.add('first');
  write('token', 'first\n');
  const connected = await connect({ kubeconfig: write('config', api.kubeconfig({ tokenFile: 'token' })) });
  assert.equal(await outcome(connected), 'ok');
  api.tokens.clear();
  api.tokens.add('second');
  write('token', 'second\n');
  assert.equal(await outcome(connected), 'ok');
});

const cluster = (name: string, server: string) => ({ name, cluster: { server } });
const context = (name: string, of: string, user?: string) => ({ name, context: { cluster: of, user } });

interface FieldsOf {
  readonly cluster?: object;
  readonly user?: object;
}

const withFields = (given: FieldsOf) => ({
  'current-context': 'a',
  contexts: [context('a', 'k', 'u')],
  clusters: [{ name: 'k', cluster: { server: 'https://h', ...given.cluster } }],
  users: [{ name: 'u', user: { ...given.user } }],
});

/** Kubeconfigs that can't be used, and what the user is told. */
const BROKEN: readonly (readonly [string, unknown, RegExp])[] = [
  ['no YAML', '{ token: "secret', /^kubeconfig .*config is no valid YAML$/],
  ['no mapping', '- 1', /^kubeconfig .*config is none: it is no YAML mapping$/],
  ['nothing', '', /has no current-context: name one with --context; there is none$/],
  ['no current-context', { contexts: [context('a', 'x'), context('b', 'x')] }, /there are a, b$/],
  [
    'a current-context that is not there',
    { 'current-context': 'c', contexts: [context('a', 'x')] },
    /^kubeconfig .* has no context "c": there is a$/,
  ],
  [
    'a cluster that is not there',
    { 'current-context': 'a', contexts: [context('a', 'x')] },
    /^context "a" of kubeconfig .* names cluster "x", which is not there: there is none$/,
  ],
  [
    'a user that is not there',
    { 'current-context': 'a', contexts: [context('a', 'x', 'me')], clusters: [cluster('x', 'https://h')] },
    /names user "me", which is not there/,
  ],
  [
    'a server that is none',
    { 'current-context': 'a', contexts: [context('a', 'x')], clusters: [cluster('x', 'h:6443')] },
    /^cluster "x" of kubeconfig .*: server must be an https: or http: URL$/,
  ],
  [
    'a proxy of another sort',
    {
      'current-context': 'a',
      contexts: [context('a', 'x')],
      clusters: [{ name: 'x', cluster: { server: 'https://h', 'proxy-url': 'socks5://p' } }],
    },
    /: proxy-url must be an http: or https: URL; other proxies are not supported$/,
  ],
  [
    'aliases of aliases',
    `a0: &a0 [x, x, x]\n${Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]\n`).join('')}`,
    /is no valid YAML$/,
  ],
  [
    'aliases in circles',
    `current-context: a
contexts: [{ name: a, context: { cluster: k, user: u } }]
clusters: [{ name: k, cluster: &k { server: "https://h", certificate-authority-data: *k } }]
users: [{ name: u, user: { exec: { command: "true", provideClusterInfo: true } } }]`,
    /^cluster "k" of kubeconfig .*: certificate-authority-data must be a string$/,
  ],
  ['nothing but brackets', '['.repeat(100_000), /is no valid YAML$/],
  ['entries of other shapes', { 'current-context': 'a', contexts: 7, clusters: [null, 'x'] }, /has no context "a"/],
];

/** Fields of a cluster or user that can't be used, and what the user is told. */
const BROKEN_FIELDS: readonly (readonly [FieldsOf, RegExp])[] = [
  [
    { cluster: { server: 'https://me:secret@h' } },
    /: server must be a URL without user, password, query and fragment$/,
  ],
  [{ cluster: { server: 'https://h/?token=secret' } }, /: server must be a URL without user, password, query/],
  [{ user: { token: 4711 } }, /^user "u" of kubeconfig .*: token must be a string$/],
  [{ user: { exec: ['x'] } }, /^user "u" of kubeconfig .*: exec must be a mapping$/],
  [
    { user: { exec: { command: 'a\0b' } } },
    /: credential plugin a b can't be run: a word of it holds a null character$/,
  ],
  [{ user: { exec: { command: 'sh', args: ['a\0b'] } } }, /can't be run: a word of it holds a null character$/],
  [{ user: { exec: { command: '/', args: [{ toString: 1 }] } } }, /plugin \/ can't be run: EACCES$/],
];

for (const [fields, expected] of BROKEN_FIELDS) {
  test(`a kubeconfig with ${JSON.stringify(fields)}`, async t => {
    const { write, connect } = await rig(t);
    const said = await outcome(await connect({ kubeconfig: write('config', JSON.stringify(withFields(fields))) }));
    assert.match(said, expected);
    assert.doesNotMatch(said, /secret|\n/);
  });
}

/** Plugins that don't do what they should, and what the user is told. */
const ODD_PLUGINS: readonly (readonly [string, string, RegExp])[] = [
  ['says nothing', 'setTimeout(() => {}, 60_000)', /credential plugin .* was ended, for it gave no answer$/],
  [
    'leaves another program with its output',
    `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 5_000)'], { stdio: 'inherit' })`,
    /was ended, for it gave no answer$/,
  ],
  [
    'writes for ever',
    `const more = () => process.stdout.write('y'.repeat(65_536), more); more()`,
    /was ended, for it wrote more than any credential takes$/,
  ],
  [
    'tells secrets',
    `console.error('token ' + 'abcdefghij'.repeat(4) + '.abc.def is too old'); process.exit(3)`,
    /failed \(exit code 3\): token … is too old$/,
  ],
];

for (const [what, script, expected] of ODD_PLUGINS) {
  test(`a credential plugin that ${what}`, async t => {
    const { write, connect } = await rig(t);
    const kubeconfig = write('config', JSON.stringify(withFields({ user: plugin(script) })));
    assert.match(await outcome(await connect({ kubeconfig, pluginPatienceMs: 1_000 })), expected);
  });
}

test('a credential plugin ends with who asked for it', async t => {
  const { write, connect } = await rig(t);
  const kubeconfig = write('config', JSON.stringify(withFields({ user: plugin('setTimeout(() => {}, 60_000)') })));
  const stopping = new AbortController();
  const connecting = connect({ kubeconfig, signal: stopping.signal });
  setTimeout(() => stopping.abort(), 100);
  assert.match(await outcome(await connecting), /credential plugin .* was ended$/);
});

for (const [what, config, expected] of BROKEN) {
  test(`a kubeconfig with ${what}`, async t => {
    const { write, connect } = await rig(t);
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    const said = await outcome(await connect({ kubeconfig: write('config', text) }));
    assert.match(said, expected);
    assert.doesNotMatch(said, /secret|\n/);
  });
}

test('where kubeconfigs are looked for', async t => {
  const { api, folder, write, connect } = await rig(t);
  api.tokens.add('good');
  const good = write('good', api.kubeconfig({ token: 'good' }));
  const home = path.join(folder, 'home');
  write('home/.kube/config', api.kubeconfig({ token: 'good' }));
  const absent = path.join(folder, 'absent');
  const table: readonly (readonly [ConnectOptions, string | RegExp])[] = [
    [{ kubeconfig: absent }, /^kubeconfig .*absent can't be read: there is no such file$/],
    [{ env: { KUBECONFIG: absent } }, /absent can't be read/],
    [{ env: { KUBECONFIG: `${absent}${path.delimiter}${good}` } }, 'ok'],
    [{ env: { HOME: home } }, 'ok'],
    [{ env: { HOME: folder } }, /^there is no kubeconfig: name one with --kubeconfig FILE or in KUBECONFIG/],
    [{ kubeconfig: good, context: 'prod' }, /^kubeconfig .* has no context "prod": there is test$/],
    [{ kubeconfig: folder }, /^kubeconfig .* can't be read: it is a directory$/],
  ];
  for (const [options, expected] of table) {
    const said = await outcome(await connect(options));
    if (typeof expected === 'string') assert.equal(said, expected);
    else assert.match(said, expected);
  }
});

/** A proxy for HTTPS on 127.0.0.1, and where it was asked to go. */
async function tunnels(t: TestContext) {
  const asked: string[] = [];
  const server = createServer().on('connect', (request, client) => {
    asked.push(request.url ?? '');
    const upstream = createConnection(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a proxy that the kubeconfig names', async t => {
  const { api, write, connect } = await rig(t);
  api.tokens.add('good');
  const { asked, url } = await tunnels(t);
  const config = JSON.parse(api.kubeconfig({ token: 'good' }));
  config.clusters[0].cluster['proxy-url'] = url;
  assert.equal(await outcome(await connect({ kubeconfig: write('config', JSON.stringify(config)) })), 'ok');
  assert.deepEqual(asked, [new URL(api.url).host]);
});

test('of several files the first counts, as with kubectl', async t => {
  const { api, write, connect } = await rig(t);
  api.tokens.add('good');
  const first = write('one/config', JSON.stringify({ users: [{ name: 'tester', user: { tokenFile: 'token' } }] }));
  write('one/token', 'good');
  const second = write('two/config', api.kubeconfig({ token: 'bad' }));
  const connected = await connect({ env: { KUBECONFIG: [first, second].join(path.delimiter) } });
  assert.equal(await outcome(connected), 'ok');
  assert.ok('namespace' in connected && connected.namespace === 'default');
});

test('in a pod, its service account counts, and its token may be replaced', async t => {
  const { api, folder, write, connect } = await rig(t);
  const { port } = new URL(api.url);
  const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: port };
  const refused = await outcome(await connect({ env, serviceAccount: folder }));
  assert.match(
    refused,
    /^the service account in .* can't be read: there is no such file; the pod needs a service account/,
  );
  api.tokens.add('first');
  write('token', 'first');
  write('ca.crt', certificate('ca.crt'));
  write('namespace', 'sluice-system');
  const connected = await connect({ env, serviceAccount: folder });
  assert.equal(await outcome(connected), 'ok');
  assert.ok('namespace' in connected && connected.namespace === 'sluice-system');
  api.tokens.clear();
  api.tokens.add('second');
  write('token', 'second');
  assert.equal(await outcome(connected), 'ok');
});
