import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What became of one request; `error` in the place of a status when there was no whole answer. */
export interface Outcome {
  readonly method: 'GET' | 'POST';
  readonly status: number;
  readonly body: string;
  readonly error: string | undefined;
  /** Bytes of its body. */
  readonly sent: number;
}

export interface ClientsOptions {
  readonly port: number;
  readonly count: number;
  /** A connection for each of their requests, not one for all. */
  readonly newConnections?: boolean;
  readonly methods: readonly Outcome['method'][];
  /** Rest between two requests of a client; ms. */
  readonly pause?: number;
  /** Called before a request leaves; what it returns is handed to `onOutcome` with the outcome. */
  readonly onStart?: () => number;
  readonly onOutcome: (outcome: Outcome, mark: number) => void;
}

const BODY = Buffer.alloc(20_000, 'x');

export interface Clients {
  /** Resolves when each has been answered that many times from now on. */
  rounds(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Clients that each send one request after another, until they are told to stop. */
export function startClients(options: ClientsOptions): Clients {
  let stopping = false;
  const rounds: number[] = new Array(options.count).fill(0);
  let onRound = () => {};
  const client = async (index: number) => {
    const agent = new Agent({ keepAlive: options.newConnections !== true, maxSockets: 1 });
    for (let nth = index; !stopping; nth++) {
      const mark = options.onStart?.() ?? 0;
      const method = options.methods[nth % options.methods.length]!;
      options.onOutcome(await send(options.port, agent, method, nth), mark);
      rounds[index]!++;
      onRound();
      if (options.pause) await sleep(options.pause * Math.random() * 2);
    }
    agent.destroy();
  };
  const all = Promise.all(Array.from({ length: options.count }, (_, index) => client(index)));
  return {
    rounds(count) {
      const due = rounds.map(done => done + count);
      return new Promise(resolve => {
        onRound = () => rounds.every((done, index) => done >= due[index]!) && resolve();
      });
    },
    async stop() {
      stopping = true;
      await all;
    },
  };
}

function send(port: number, agent: Agent, method: Outcome['method'], nth: number): Promise<Outcome> {
  const body = method === 'POST' ? BODY.subarray(0, (nth * 997) % BODY.length) : BODY.subarray(0, 0);
  return new Promise(resolve => {
    const done = (status: number, text: string, error?: string) =>
      resolve({ method, status, body: text, error, sent: body.length });
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path: `/${nth}` }, response => {
      wholeText(response).then(
        text => done(response.statusCode ?? 0, text),
        (error: Error) => done(response.statusCode ?? 0, '', error.message),
      );
    });
    outgoing.on('error', error => done(0, '', error.message));
    outgoing.end(body);
  });
}

async function wholeText(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}
