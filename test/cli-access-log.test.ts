import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { documents, gateway, gatewayClass, manifests, route, running, SLUICE, service, urlOf } from './cli-rig.ts';

const ALL = documents(gatewayClass, gateway(), service('web'), route('web'));
const FREE = ['--map', '80=0', '--echo'];

type Line = Readonly<Record<string, unknown>>;

function readLines(text: string): readonly Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line));
}

test('a signal leaves no line unwritten', async t => {
  const folder = manifests(t, { 'all.yaml': ALL });
  const file = path.join(folder, 'access.log');
  const run = await running(t, [folder, ...FREE, '--access-log', 'json', '--access-log-file', file]);
  for (let i = 0; i < 3; i++) await (await fetch(`${urlOf(run)}/${i}`)).text();
  run.signal('SIGTERM');
  assert.equal((await run.ended).code, 0);
  assert.deepEqual(
    readLines(readFileSync(file, 'utf8')).map(line => [line.path, line.status, line.route]),
    [0, 1, 2].map(i => [`/${i}`, 200, 'default/web']),
  );
});

/** One whose stdout nobody reads until {@link Unread.read}. */
interface Unread {
  readonly url: string;
  readonly admin: string;
  /** Everything that it says on stdout until its end, which a signal brings about. */
  read(): Promise<string>;
}

async function unread(t: TestContext, flags: readonly string[] = []): Promise<Unread> {
  const folder = manifests(t, { 'all.yaml': ALL });
  const args = ['run', folder, ...FREE, '--access-log', 'json', ...flags];
  const child = spawn(SLUICE, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  await new Promise<void>(resolve => {
    child.stderr!.setEncoding('utf8').on('data', text => {
      said += text;
      if (/serving .*admin \S+\n/.test(said)) resolve();
    });
  });
  return {
    url: /listener +(\S+)/.exec(said)![1]!,
    admin: /admin (\S+)/.exec(said)![1]!,
    async read() {
      let text = '';
      const ended = new Promise(resolve => child.stdout!.once('end', resolve));
      child.stdout!.setEncoding('utf8').on('data', more => {
        text += more;
      });
      await pause(400);
      child.kill('SIGTERM');
      await ended;
      return text;
    },
  };
}

function ask(url: string, agent: Agent, headers = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers }, answer => answer.resume().once('end', () => resolve(answer.statusCode))).once(
      'error',
      reject,
    );
  });
}

/** What the metric says when it has come to rest: an answer may be a second old. */
async function droppedLines(admin: string): Promise<number> {
  let last = Number.NaN;
  for (;;) {
    const metrics = await (await fetch(`${admin}/metrics`)).text();
    const dropped = Number(/^sluice_access_log_dropped_total (\d+)$/m.exec(metrics)?.[1]);
    if (dropped === last) return dropped;
    last = dropped;
    await pause(1_500);
  }
}

test('a reader that stopped reading costs lines, which are counted, and nothing else', { timeout: 20_000 }, async t => {
  const run = await unread(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  t.after(() => agent.destroy());
  const target = `${run.url}/${'x'.repeat(2_000)}`;
  const count = 1_200;
  for (let done = 0; done < count; done += 8) {
    const statuses = await Promise.all(Array.from({ length: 8 }, () => ask(target, agent)));
    assert.ok(statuses.every(status => status === 200));
  }
  const dropped = await droppedLines(run.admin);
  assert.ok(dropped > 0 && dropped < count, `${dropped} lines were dropped`);
  const lines = (await run.read()).split('\n').slice(0, -1);
  assert.equal(lines[0], 'ready');
  const entries = readLines(`${lines.slice(1).join('\n')}\n`);
  assert.equal(entries.filter(entry => entry.status === 200).length, count - dropped);
  assert.deepEqual(
    entries.filter(entry => 'dropped' in entry).map(entry => entry.dropped),
    [dropped],
  );
});

test('lines of several workers are not mixed in a pipe that is full, however long they are', {
  timeout: 20_000,
}, async t => {
  const run = await unread(t, ['--workers', '2']);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  t.after(() => agent.destroy());
  // Some 5 KB in the log, more than goes into a pipe in one piece.
  const headers = { 'user-agent': '\xe9'.repeat(512) };
  const paths = Array.from({ length: 240 }, (_, n) => `/${n}/${'x'.repeat(1_900)}`);
  await Promise.all(paths.map(path => ask(`${run.url}${path}`, agent, headers)));
  const lines = (await run.read()).split('\n').slice(0, -1);
  assert.ok(lines.every(line => line === 'ready' || line.length > 4_500));
  const entries = readLines(`${lines.filter(line => line !== 'ready').join('\n')}\n`);
  assert.deepEqual(entries.map(entry => entry.path).sort(), paths.sort());
});
