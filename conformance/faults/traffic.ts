import { Agent, get } from 'node:http';

export interface Answered {
  /** 0: no answer. */
  readonly status: number;
  readonly version: string | undefined;
  readonly error?: string;
}

const keepAlive = new Agent({ keepAlive: true });

/** One request with its answer read to the end; every other one on a connection of its own. */
export function ask(address: string, path: string, fresh = true): Promise<Answered> {
  const options = fresh ? { agent: false as const } : { agent: keepAlive };
  return new Promise(resolve => {
    const fail = (error: Error) => resolve({ status: 0, version: undefined, error: error.message });
    const sent = get(`http://${address}${path}`, { ...options, timeout: 5_000 }, response => {
      const { statusCode: status = 0, headers } = response;
      const version = headers['x-version'];
      response.resume().on('error', fail);
      response.on('end', () => resolve({ status, version: Array.isArray(version) ? version[0] : version }));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in 5 s'))).on('error', fail);
  });
}

export interface Traffic {
  /** What came of all requests: how many, and each that failed. */
  stop(): Promise<{ readonly sent: number; readonly failed: readonly string[] }>;
}

/** A request every 100 ms until it is stopped. */
export function startTraffic(address: string, path: string): Traffic {
  const pending = new Set<Promise<void>>();
  const failed: string[] = [];
  let sent = 0;
  const timer = setInterval(() => {
    const at = new Date().toISOString();
    const one: Promise<void> = ask(address, path, sent++ % 2 === 0).then(({ status, error }) => {
      pending.delete(one);
      if (status !== 200) failed.push(`${at} ${status} ${error ?? ''}`);
    });
    pending.add(one);
  }, 100);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      return { sent, failed };
    },
  };
}
