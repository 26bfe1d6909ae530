import { Agent, request } from 'node:http';

/** Undefined when all is well, else what went wrong in a word or two. */
export type Fault = string | undefined;

/** Kept connections are given up before the gateway does it. */
const KEPT = new Agent({ keepAlive: true, maxSockets: 64, timeout: 30_000 });
const PATIENCE = 20_000;
const BODY = Buffer.alloc(65_536, 'x');

export interface Asking {
  readonly port: number;
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** A connection of its own, in the place of one that is kept. */
  readonly alone?: boolean;
  /** In chunks, with a little rest in between. */
  readonly chunked?: boolean;
}

/** Sends one request and looks at the answer. */
export function ask({ port, path, method, alone = false, chunked = false }: Asking): Promise<Fault> {
  const size = method === 'POST' ? Math.floor(Math.random() * BODY.length) : 0;
  const headers = method === 'POST' && !chunked ? { 'content-length': size } : {};
  return new Promise(resolve => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method, headers, agent: alone ? false : KEPT },
      answer => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => resolve(judge(answer.statusCode, text, `${method} ${size}`)));
        answer.on('error', error => resolve(codeOf(error)));
      },
    );
    outgoing.setTimeout(PATIENCE, () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', error => resolve(codeOf(error)));
    if (size === 0) outgoing.end();
    else if (!chunked) outgoing.end(BODY.subarray(0, size));
    else {
      outgoing.write(BODY.subarray(0, size >> 1));
      setTimeout(() => outgoing.end(BODY.subarray(0, size - (size >> 1))), 5);
    }
  });
}

function judge(status: number | undefined, text: string, expected: string): Fault {
  if (status !== 200) return `${status} ${text.trim().slice(0, 60)}`;
  return text === expected ? undefined : 'another answer';
}

export function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message;
}

/** Sends a request and goes away after `ms`, wherever it stands; that can't go wrong for the client. */
export function abandon({ port, path }: Pick<Asking, 'port' | 'path'>, ms: number): Promise<Fault> {
  return new Promise(resolve => {
    const outgoing = request({ host: '127.0.0.1', port, path, agent: false }, answer => answer.resume());
    outgoing.on('error', () => {});
    outgoing.on('close', () => resolve(undefined));
    outgoing.end();
    setTimeout(() => outgoing.destroy(), ms);
  });
}

export function closeKept(): void {
  KEPT.destroy();
}
