import { type Connection, openConnection } from './connection.ts';
import type { Credentials, Unusable } from './credentials/credentials.ts';
import { oneLine } from './failure.ts';

/** Asks again for credentials. */
export type Renew = () => Promise<Credentials | Unusable>;

/** The connection of now, and the way to another when its credentials are no longer taken. */
export interface Session {
  connection(): Connection;
  /**
   * The connection to try instead of one that was refused, or why there is none. Credentials are asked for by one at a
   * time, and not again within a short time if the last ones never worked.
   */
  instead(refused: Connection): Promise<Connection | Unusable>;
  close(): void;
}

const LEAST_PAUSE_MS = 10_000;

/** Undefined `renew`: the first credentials are all there are. Throws where they can't be used. */
export function createSession(credentials: Credentials, renew: Renew | undefined): Session {
  let current = openConnection(credentials);
  let renewing: Promise<Connection | Unusable> | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let closed = false;
  let last: Connection | Unusable = current;

  function adopt(renewed: Credentials): Connection | Unusable {
    if (closed) return { unusable: 'closed' };
    if (renewed.server !== credentials.server)
      return { unusable: `the credentials are for ${renewed.server} now, not for ${credentials.server} any more` };
    const previous = current.agent;
    current = openConnection(renewed);
    closeWhenIdle(previous);
    return current;
  }

  async function ask(renew: Renew): Promise<Connection | Unusable> {
    renewedAt = performance.now();
    try {
      const renewed = await renew();
      last = 'unusable' in renewed ? renewed : adopt(renewed);
    } catch (error) {
      last = { unusable: oneLine(error instanceof Error ? error.message : String(error)) };
    }
    renewing = undefined;
    return last;
  }

  return {
    connection: () => current,
    async instead(refused) {
      if (refused !== current) return current;
      if (!renew) return NOT_RENEWABLE;
      if (renewing) return renewing;
      if (!refused.worked && performance.now() - renewedAt < LEAST_PAUSE_MS)
        return 'unusable' in last ? last : RENEWED_IN_VAIN;
      refused.worked = false;
      renewing = ask(renew);
      return renewing;
    },
    close() {
      closed = true;
      current.agent.destroy();
    },
  };
}

const NOT_RENEWABLE: Unusable = { unusable: 'there is nothing to renew the credentials from' };
const RENEWED_IN_VAIN: Unusable = { unusable: 'those that were asked for a moment ago are refused too' };

/** Watches that are open go on under the credentials that opened them. */
function closeWhenIdle(agent: Connection['agent']): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
