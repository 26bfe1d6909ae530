import { type Answer, field } from '../wire/message.ts';
import { connectTo, type Peer } from '../wire/peer.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';

export interface Tally {
  /** Requests answered with 200. */
  answered: number;
  /** Requests that had no answer, on a connection that had carried others. */
  lost: number;
  /** The same of the first request of a connection, or no connection. */
  refused: number;
}

export interface Clients {
  readonly tally: Tally;
  /** Resolves when each has had its present answer. */
  stop(): Promise<void>;
}

/** So many clients ask one request after another, on connections that they keep until told to close. */
export function keptAlive(port: number, count: number): Clients {
  return clients(count, tally => conversation(port, tally, Number.POSITIVE_INFINITY));
}

/** The same with a connection for each request. */
export function passing(port: number, count: number): Clients {
  return clients(count, tally => conversation(port, tally, 1));
}

function clients(count: number, talk: (tally: Tally) => (running: () => boolean) => Promise<void>): Clients {
  const tally: Tally = { answered: 0, lost: 0, refused: 0 };
  let running = true;
  const all = Array.from({ length: count }, async () => {
    while (running) await talk(tally)(() => running);
  });
  return {
    tally,
    async stop() {
      running = false;
      await Promise.all(all);
    },
  };
}

function conversation(port: number, tally: Tally, requests: number): (running: () => boolean) => Promise<void> {
  return async running => {
    const peer = await connectTo(port).catch(() => undefined);
    if (peer === undefined) tally.refused++;
    for (let n = 0; peer !== undefined && running() && n < requests; n++) {
      const answer = await ask(peer);
      if (answer?.status === 200) tally.answered++;
      else if (n > 0) tally.lost++;
      else tally.refused++;
      if (answer === undefined || field(answer, 'connection') === 'close') break;
    }
    peer?.socket.destroy();
  };
}

export async function ask(peer: Peer): Promise<Answer | undefined> {
  try {
    peer.send(GET);
    return await peer.answer();
  } catch {
    return undefined;
  }
}
