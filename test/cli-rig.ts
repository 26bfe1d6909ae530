import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

export const ROOT = path.join(import.meta.dirname, '..');
export const SLUICE = path.join(ROOT, 'bin', 'sluice');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  /** Standard input stays open. */
  readonly openInput?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly program?: string;
  /** What goes on until it is told to stop; default `run`. */
  readonly command?: 'run' | 'controller' | 'proxy';
}

/** Runs a command to its end. */
export async function sluice(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = launch(args, options);
  child.stdin?.end(options.input ?? '');
  return finished(child);
}

function launch(args: readonly string[], { env, cwd, program }: RunOptions): ChildProcess {
  const child = spawn(program ?? SLUICE, args, {
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  // A program may end before it has read its input.
  child.stdin.on('error', () => {});
  return child;
}

async function finished(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}

/** A command that goes on until it is told to stop. */
export interface Started {
  /** Resolves when stdout has said it. */
  saw(pattern: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Finished>;
}

export function start(t: TestContext, args: readonly string[], options: RunOptions = {}): Started {
  const child = launch([options.command ?? 'run', ...args], options);
  if (!options.openInput) child.stdin?.end();
  const ended = finished(child);
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let text = '';
  return {
    ended,
    signal: name => child.kill(name),
    async saw(pattern) {
      const said = new Promise<void>(resolve => {
        child.stdout?.on('data', chunk => {
          text += chunk;
          if (pattern.test(text)) resolve();
        });
      });
      await Promise.race([said, ended.then(end => Promise.reject(new Error(`ended with ${end.code}: ${end.stderr}`)))]);
    },
  };
}

export type Event = Readonly<Record<string, unknown>> & { readonly event: string };

/** A running `sluice run … --output json`, or another such command. */
export interface Running {
  readonly events: readonly Event[];
  /** The first event, past or to come, that fits. */
  event(fits: (event: Event) => boolean): Promise<Event>;
  /** The same among events that come after this call. */
  next(fits: (event: Event) => boolean): Promise<Event>;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Finished>;
}

const PATIENCE = 10_000;

/** One that is ready. */
export async function running(t: TestContext, args: readonly string[], options: RunOptions = {}): Promise<Running> {
  const self = launched(t, args, options);
  await self.event(event => event.event === 'ready');
  return self;
}

export function launched(t: TestContext, args: readonly string[], options: RunOptions = {}): Running {
  const child = launch([options.command ?? 'run', ...args, '--output', 'json'], options);
  child.stdin?.end(options.input ?? '');
  const events: Event[] = [];
  const listeners = new Set<(event: Event) => void>();
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event: Event = JSON.parse(line);
      events.push(event);
      for (const listener of listeners) listener(event);
    }
  });
  const ended = finished(child);
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });

  async function next(fits: (event: Event) => boolean): Promise<Event> {
    const found = Promise.withResolvers<Event>();
    const listener = (event: Event) => fits(event) && found.resolve(event);
    listeners.add(listener);
    const timer = setTimeout(() => found.reject(new Error(`no such event among ${JSON.stringify(events)}`)), PATIENCE);
    ended.then(end => found.reject(new Error(`ended with ${end.code}: ${end.stderr}`)), found.reject);
    try {
      return await found.promise;
    } finally {
      clearTimeout(timer);
      listeners.delete(listener);
    }
  }

  return {
    events,
    next,
    event: async fits => events.find(fits) ?? next(fits),
    signal: name => child.kill(name),
    ended,
  };
}

export function urlOf(run: Running, listener = 'http'): string {
  const event = run.events.findLast(each => each.event === 'listener' && each.listener === listener);
  assert.ok(event, `no listener ${listener} in ${JSON.stringify(run.events)}`);
  return String(event.url);
}

/** A folder of manifests that is gone after the test. */
export function manifests(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

export const gateway = (port = 80, name = 'gw') => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name} }
spec:
  gatewayClassName: sluice
  listeners: [{ name: http, protocol: HTTP, port: ${port} }]
`;

export const gatewayClass = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: sluice }
spec: { controllerName: sluice.dev/gateway-controller }
`;

export const service = (name: string, port = 80) => `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { ports: [{ port: ${port} }] }
`;

export const route = (backend: string, prefix = '/') => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec:
  parentRefs: [{ name: gw }]
  rules:
    - matches: [{ path: { type: PathPrefix, value: ${prefix} } }]
      backendRefs: [{ name: ${backend}, port: 80 }]
`;

export const documents = (...texts: readonly string[]) => texts.join('---\n');
