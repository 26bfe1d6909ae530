import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

/** `sluice run` in a process of its own. */
export interface GatewayProcess {
  readonly pid: number;
  readonly port: number;
  /** Rejects when it ends without being told to. */
  readonly died: Promise<never>;
  /** SIGTERM; resolves with its exit status. */
  stop(): Promise<number | null>;
}

const PROGRAM = path.join(import.meta.dirname, '..', 'bin', 'sluice');

/** Resolves when it serves. */
export async function startGateway(folder: string, workers: number): Promise<GatewayProcess> {
  const args = ['run', folder, '--map', '80=0', '--output', 'json', '--workers', String(workers)];
  const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  let stopping = false;
  const died = ended.then<never>(code =>
    stopping ? new Promise(() => {}) : Promise.reject(new Error(`the gateway ended with ${code}`)),
  );
  died.catch(() => {});
  const port = await Promise.race([readyPort(child), died]);
  return {
    pid: child.pid!,
    port,
    died,
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Reads its events for as long as it lives; the first two that matter say where it serves, and that it does. */
function readyPort(child: ChildProcess): Promise<number> {
  let rest = '';
  let port = 0;
  return new Promise(resolve => {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event: { event: string; url?: string } = JSON.parse(line);
        if (event.event === 'listener') port = Number(new URL(event.url ?? '').port);
        if (event.event === 'ready') resolve(port);
      }
    });
  });
}
