import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { CHECKOUT } from '../harness.ts';

/** A controller under test. */
export interface Controller {
  readonly pid: number;
  /** What it has printed so far, on both outputs. */
  log(): string;
  running(): boolean;
  kill(signal: NodeJS.Signals): void;
  /** The series of a metric, as its admin address shows them; none if nobody answers. */
  metric(name: string): Promise<readonly string[]>;
  /** SIGTERM, SIGKILL after a while. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly controllerName: string;
  readonly kubeconfig?: string;
  readonly more?: readonly string[];
}

let count = 0;
const PATIENCE_MS = 15_000;

/** Starts `sluice controller` in this network namespace; its log is also in the folder of reports. */
export function startController({ controllerName, kubeconfig, more = [] }: StartOptions): Controller {
  const number = ++count;
  const admin = `127.0.0.1:${19_000 + number}`;
  const pool = ['--address-pool', process.env.CONF_DIRECT_POOL!];
  const account = kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig];
  const flags = ['--in-process', ...pool, '--controller-name', controllerName, '--admin', admin, ...account, ...more];
  const child = spawn(path.join(CHECKOUT, 'bin', 'sluice'), ['controller', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const file = createWriteStream(path.join(process.env.CONF_OUT!, `controller-${number}.log`));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      file.write(chunk);
    });
  }
  const running = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid!,
    log: () => text,
    running,
    kill: signal => void child.kill(signal),
    metric: name => readMetric(`http://${admin}/metrics`, name),
    stop: () => stop(child, running),
  };
}

async function stop(child: ChildProcess, running: () => boolean): Promise<void> {
  if (!running()) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const hurry = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(hurry);
}

async function readMetric(url: string, name: string): Promise<readonly string[]> {
  try {
    const text = await (await fetch(url)).text();
    return text.split('\n').filter(line => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  } catch {
    return [];
  }
}
