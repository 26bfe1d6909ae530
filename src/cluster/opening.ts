import { isOfServer, type Trouble } from './trouble.ts';
import { describeTrouble } from './trouble-problems.ts';

export interface OpeningPorts {
  /** URL of the API server. */
  readonly server: string;
  readonly reach: 'once' | 'forever';
  /** In ms; see `KubernetesTiming`. */
  readonly patience: number;
  /** Whether all that is served and permitted has been read. */
  ready(): boolean;
  open(): void;
  /** What is in the way, and may pass. */
  obstacle(): Trouble | undefined;
  /** Whether the API server said anything yet. */
  heard(): boolean;
  waiting(message: string): void;
}

/** The wait for the first batch. */
export interface Opening {
  /** Resolves when there was a first batch, or nobody waits for it any more; rejects with a message for the user. */
  readonly over: Promise<void>;
  /** Something happened that may end the wait. */
  look(): void;
  close(): void;
}

export function createOpening(ports: OpeningPorts): Opening {
  const { server, reach, patience } = ports;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setInterval(() => losePatience(), patience);
  let finished = false;
  let said: string | undefined;

  const finish = () => {
    finished = true;
    clearInterval(timer);
    resolve();
  };
  const fail = (message: string) => {
    reject(new Error(message));
    finish();
  };

  const explain = (obstacle: Trouble) => {
    const message = describeTrouble(server, obstacle);
    if (message !== said) ports.waiting(message);
    said = message;
  };

  const look = () => {
    if (finished) return;
    const obstacle = ports.obstacle();
    if (ports.ready()) {
      ports.open();
      finish();
    } else if (obstacle && reach === 'forever') explain(obstacle);
    else if (obstacle && isOfServer(obstacle.failure) && !ports.heard()) fail(describeTrouble(server, obstacle));
  };

  /** What lasts is not waited for; a server of which nothing is to be had is given up, or waited for. */
  const losePatience = () => {
    const obstacle = ports.obstacle();
    if (reach === 'forever') look();
    else if (obstacle && isOfServer(obstacle.failure)) fail(describeTrouble(server, obstacle));
    else if (ports.heard()) look();
    else fail(`can't reach ${server}: no answer within ${patience / 1000} s`);
  };

  return { over: promise, look, close: finish };
}
