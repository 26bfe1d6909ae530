import { spawn } from 'node:child_process';

/** A program to run without a shell. */
export interface PluginProcess {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** It has our terminal: it may ask the user, says to him what it likes, and has all the time he takes. */
  readonly interactive: boolean;
  /** How long it may take if nobody can answer it, in ms. */
  readonly patienceMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** What came of it. */
export type Ended =
  | { readonly kind: 'ended'; readonly code: number | null; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'killed'; readonly why: 'silent' | 'talkative' | 'stopped' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** In characters. */
const LARGEST_OUTPUT = 1024 * 1024;
const KEPT_OF_STDERR = 64 * 1024;

/** Does not wait for programs that this one has started and that still hold its output. */
export function runPlugin(program: PluginProcess): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  try {
    const child = start(program);
    const kill = (why: 'silent' | 'talkative' | 'stopped') => {
      resolve({ kind: 'killed', why });
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const stop = () => kill('stopped');
    const timer = program.interactive ? undefined : setTimeout(() => kill('silent'), program.patienceMs);
    program.signal.addEventListener('abort', stop);
    if (program.signal.aborted) stop();
    promise.finally(() => {
      clearTimeout(timer);
      program.signal.removeEventListener('abort', stop);
    });
    let [stdout, stderr]: [string, string] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > LARGEST_OUTPUT) kill('talkative');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (program.interactive) process.stderr.write(text);
      stderr = (stderr + text).slice(-KEPT_OF_STDERR);
    });
    child.on('error', error => resolve({ kind: 'failed', error }));
    child.on('close', code => resolve({ kind: 'ended', code, stdout, stderr }));
  } catch (error) {
    // Words with a null character in them.
    resolve({ kind: 'failed', error });
  }
  return promise;
}

function start({ command, args, env, interactive }: PluginProcess) {
  return spawn(command, args, { env, stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'] });
}
