import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  documents,
  type Finished,
  gateway,
  gatewayClass,
  manifests,
  type Running,
  route,
  running,
  SLUICE,
  service,
  sluice,
  urlOf,
} from './cli-rig.ts';

const ALL = documents(
  gatewayClass,
  gateway(),
  service('web'),
  `${route('web', '/web')}    - name: typo
      matches: [{ path: { type: PathPrefix, value: /typo } }]
      backendRefs: [{ name: wbe, port: 80 }]
    - matches: [{ path: { type: PathPrefix, value: /old } }]
      filters: [{ type: RequestRedirect, requestRedirect: { hostname: new.example } }]
`,
);

interface Served {
  readonly run: Running;
  readonly admin: string;
  ask(target: string, host?: string): Promise<void>;
}

async function served(t: TestContext): Promise<Served> {
  const run = await running(t, [manifests(t, { 'all.yaml': ALL }), '--map', '80=0', '--echo', '--workers', '2']);
  const { admin } = await run.event(({ event }) => event === 'ready');
  return {
    run,
    admin: String(admin),
    async ask(target) {
      await (await fetch(urlOf(run) + target, { redirect: 'manual' })).text();
    },
  };
}

interface Tailing {
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Finished>;
}

/** One that follows already. */
async function tailing(t: TestContext, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Tailing> {
  const child = spawn(SLUICE, ['tail', ...args], { env: { ...process.env, ...env } });
  t.after(() => child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  const ended = new Promise<Finished>(resolve => child.once('close', code => resolve({ code, stdout, stderr })));
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  const follows = new Promise<void>(resolve => {
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
      if (/^following/m.test(stderr)) resolve();
    });
  });
  await Promise.race([follows, ended.then(end => Promise.reject(new Error(`ended: ${end.stderr}`)))]);
  return { ended, signal: name => child.kill(name) };
}

test('a line for each request says what took it, or why nothing did', async t => {
  const { run, admin, ask } = await served(t);
  const tail = await tailing(t, ['--admin', admin, '--count', '4']);
  for (const target of ['/web/a?b=%1B', '/typo', '/old/x', '/none']) await ask(target);
  const { code, stdout } = await tail.ended;
  const host = urlOf(run).replace('http://', '');
  const lines = stdout.split('\n').map(line => line.replace(/ +/g, ' '));
  const expected = [
    `200 GET ${host}/web/a?b=%1B → HTTPRoute/default/web rule 0 match 0 → Service default/web:80 127.0.0.1:PORT MS ms`,
    `500 GET ${host}/typo → HTTPRoute/default/web rule 1 (typo) match 0 the rule can't be honoured: BackendNotFound MS ms`,
    `302 GET ${host}/old/x → HTTPRoute/default/web rule 2 match 0 redirected by the rule MS ms`,
    `404 GET ${host}/none no route matches MS ms`,
  ];
  const plain = lines.map(line =>
    line
      .replace(/^\d\d:\d\d:\d\d\.\d{3} /, '')
      .replace(/(80 127\.0\.0\.1):\d+/, '$1:PORT')
      .replace(/[\d.]+ ms$/, 'MS ms'),
  );
  assert.deepEqual(plain.slice(0, -1).sort(), expected.sort());
  assert.equal(code, 0);
});

test('filters, JSON, the address from the environment, and a signal that ends it', async t => {
  const { admin, ask } = await served(t);
  const env = { SLUICE_ADMIN: admin.replace('http://', '') };
  const failed = await tailing(t, ['--status', '5xx', '--path', '/typo', '--output', 'json', '--count', '1'], env);
  const none = await tailing(t, ['--route', 'HTTPRoute/shop/cart', '--host', '*.example', '--method', 'get'], env);
  const wide = await tailing(t, ['--output', 'wide', '--route', 'default/web', '--count', '1'], env);
  for (const target of ['/none', '/web', '/typo']) await ask(target);
  const json = JSON.parse((await failed.ended).stdout);
  assert.deepEqual(
    [json.status, json.route, json.rule, json.rule_name, json.outcome, json.listener],
    [500, 'HTTPRoute/default/web', 1, 'typo', 'BackendNotFound', 'default/gw/http'],
  );
  assert.match((await wide.ended).stdout, /client 127\.0\.0\.1, listener default\/gw\/http, in 0 B, out \d+ B/);
  none.signal('SIGINT');
  const { code, stdout } = await none.ended;
  assert.deepEqual([code, stdout], [0, '']);
});

test('a gateway that ends while it is followed is said, and ends with 1', async t => {
  const { run, admin } = await served(t);
  const tail = await tailing(t, ['--admin', admin]);
  run.signal('SIGTERM');
  const { code, stderr } = await tail.ended;
  assert.match(stderr, /sluice tail: http:\/\/127\.0\.0\.1:\d+ is gone: /);
  assert.equal(code, 1);
});

test('a reader that goes away ends it', async t => {
  const { admin, ask } = await served(t);
  const child = spawn('sh', ['-c', `"$0" tail --admin ${admin} | head -n 1; echo "rest ended"`, SLUICE]);
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  await new Promise<void>(resolve => child.stderr.once('data', () => resolve()));
  const ended = new Promise(resolve => child.once('close', resolve));
  // One may be under way when the gateway ends.
  const asking = setInterval(() => ask('/web').catch(() => {}), 20);
  await ended;
  clearInterval(asking);
  assert.match(stdout, / 200 GET .*\nrest ended\n$/);
});

test('what is not the admin endpoint of a gateway that runs is said in a line', async t => {
  const server = createServer((_, response) => response.end('<html>\n')).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { code, stdout, stderr } = await sluice([
    'tail',
    '--admin',
    `127.0.0.1:${(server.address() as AddressInfo).port}`,
  ]);
  assert.match(stderr, /^sluice tail: http:\S+ says something else .*: is this the admin endpoint of a Sluice\?\n$/);
  assert.deepEqual([code, stdout], [1, '']);
});

const WRONG: readonly (readonly [args: readonly string[], said: RegExp, env?: NodeJS.ProcessEnv])[] = [
  [[], /needs --admin URL \(or SLUICE_ADMIN\): 'sluice run' prints the address/],
  [[], /SLUICE_ADMIN=ftp:\/\/x: must be HOST:PORT/, { SLUICE_ADMIN: 'ftp://x' }],
  [['k8s', '--admin', 'h:1'], /asks a gateway that runs: leave out k8s/],
  [['--admin', 'https://h:1'], /must be HOST:PORT or http/],
  [['--admin', 'h:1', '--status', '6xx'], /--status 6xx: must be statuses or classes of them/],
  [['--admin', 'h:1', '--count', '0'], /--count 0: must be a whole number, 1 or more/],
  [['--admin', 'h:1', '--outptu', 'json'], /did you mean --output\?/],
];

for (const [args, said, env = {}] of WRONG) {
  test(`refuses: sluice tail ${args.join(' ')} ${JSON.stringify(env)}`, async () => {
    const { code, stdout, stderr } = await sluice(['tail', ...args], { env });
    assert.equal(stdout, '');
    assert.match(stderr, said);
    assert.equal(code, 2);
  });
}
