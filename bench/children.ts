import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from './programs.ts';

export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** What it has written to both outputs so far. */
  output(): string;
  /** SIGTERM, and SIGKILL after two seconds; resolves when it has gone. */
  stop(): Promise<void>;
}

const running = new Set<Child>();
const taskset = findProgram('taskset');

export const canPin = taskset !== undefined;

/** Starts a program on one core (where taskset exists; `undefined`: on any). It replaces taskset, so the pid is its own. */
export function startChild(core: number | undefined, program: string, args: readonly string[]): Child {
  const pin = taskset && core !== undefined ? [taskset, '-c', String(core)] : [];
  const [command, ...rest] = [...pin, program, ...args];
  const child = spawn(command!, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const self: Child = { pid: child.pid!, process: child, output: () => text, stop: () => stop(self) };
  running.add(self);
  child.on('close', () => running.delete(self));
  return self;
}

async function stop(child: Child): Promise<void> {
  if (!running.has(child)) return;
  const closed = once(child.process, 'close');
  child.process.kill('SIGTERM');
  const hurry = setTimeout(() => child.process.kill('SIGKILL'), 2_000);
  await closed;
  clearTimeout(hurry);
}

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop));
}

/** Resolves when the port takes connections; rejects when the child ends or ten seconds have gone. */
export async function untilListening(child: Child, port: number): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(20)) {
    if (!running.has(child)) break;
    if (await accepts(port)) return;
  }
  throw new Error(`nothing listens on port ${port}: ${child.output().trim().slice(-500) || 'it said nothing'}`);
}

/** Resolves when a whole line equal to `line` was printed; rejects as {@link untilListening} does. */
export async function untilPrinted(child: Child, line: string, seconds = 30): Promise<void> {
  for (const deadline = Date.now() + seconds * 1_000; Date.now() < deadline; await sleep(2)) {
    if (child.output().split('\n').includes(line)) return;
    if (!running.has(child)) break;
  }
  throw new Error(`no line '${line}': ${child.output().trim().slice(-500) || 'it said nothing'}`);
}

function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise(resolve => {
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}
