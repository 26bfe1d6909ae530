import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Target {
  /** IP address. */
  readonly address: string;
  readonly port?: number;
  readonly host: string;
  readonly path?: string;
}

export interface Answer {
  /** 0: no answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly error?: string;
}

const PATIENCE_MS = 5_000;

/** One GET, its answer read to the end; on a connection of its own, or one of an agent's. */
export function ask({ address, port = 80, host, path = '/' }: Target, agent: Agent | false = false): Promise<Answer> {
  return new Promise(resolve => {
    const fail = (error: Error) => resolve({ status: 0, headers: {}, error: error.message });
    const options = { host: address, port, path, agent, headers: { host }, timeout: PATIENCE_MS };
    const sent = request(options, response => {
      const { statusCode: status = 0, headers } = response;
      response.resume().on('error', fail);
      response.on('end', () => resolve({ status, headers }));
    });
    sent
      .on('timeout', () => sent.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)))
      .on('error', fail)
      .end();
  });
}

export interface LoadOptions {
  readonly target: Target;
  /** Clients at once; every fourth has a new connection for each request. */
  readonly clients: number;
  /** Between an answer and the next request of a client, in ms. */
  readonly pause: number;
}

export interface Failure {
  /** ms since the load began. */
  readonly at: number;
  readonly status: number;
  readonly error: string | undefined;
  readonly fresh: boolean;
}

export interface LoadResult {
  readonly sent: number;
  readonly failed: readonly Failure[];
  /** Answers by the name that the backend gives itself. */
  readonly byBackend: ReadonlyMap<string, number>;
  /** ms. */
  readonly slowest: number;
}

export interface Load {
  /** Requests that were answered so far. */
  answered(): number;
  stop(): Promise<LoadResult>;
}

/** Sends requests until it is stopped; whatever is not 200 has failed. */
export function startLoad({ target, clients, pause }: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true });
  const begin = Date.now();
  const failed: Failure[] = [];
  const byBackend = new Map<string, number>();
  let going = true;
  let sent = 0;
  let slowest = 0;
  const client = async (fresh: boolean) => {
    while (going) {
      const at = Date.now();
      const { status, error, headers } = await ask(target, fresh ? false : agent);
      sent++;
      slowest = Math.max(slowest, Date.now() - at);
      const backend = String(headers['x-backend'] ?? '');
      byBackend.set(backend, (byBackend.get(backend) ?? 0) + 1);
      if (status !== 200) failed.push({ at: at - begin, status, error, fresh });
      await sleep(pause);
    }
  };
  const all = Array.from({ length: clients }, (_, i) => client(i % 4 === 3));
  return {
    answered: () => sent,
    async stop() {
      going = false;
      await Promise.all(all);
      agent.destroy();
      return { sent, failed, byBackend, slowest };
    },
  };
}

/** `0 of 1200`, with what failed most and when. */
export function lossOf({ sent, failed }: LoadResult): string {
  if (failed.length === 0) return `0 of ${sent}`;
  const kinds = new Map<string, number>();
  for (const { status, error } of failed) {
    const kind = status === 0 ? (error ?? 'no answer') : `${status}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const words = [...kinds].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${count} × ${kind}`);
  const span = `${failed[0]!.at}–${failed.at(-1)!.at} ms`;
  return `${failed.length} of ${sent} (${words.slice(0, 3).join(', ')}; at ${span})`;
}
