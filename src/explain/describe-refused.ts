import type { Socket } from '../probe/index.ts';
import type { Arrived } from './arrive.ts';
import type { ConfigView } from './config-view.ts';
import { listenerCause } from './describe-none.ts';
import { type Cause, type Explanation, NOTHING } from './explanation.ts';
import { describeTls, type Shaken, tlsNotes } from './tls-facts.ts';

const MOST_LISTENERS = 5;

interface Refused {
  readonly arrival: Extract<Arrived, { kind: 'refused' }>;
  readonly socket: Socket;
  readonly notes: readonly string[];
}

/** A connection on which nothing can be asked. */
export function describeRefused(view: ConfigView, { arrival, socket, notes }: Refused): Explanation {
  const { summary, shaken } = arrival;
  const tls = shaken ? describeTls(view, shaken) : {};
  const causes = [...arrival.causes, ...(shaken ? causesOf(view, shaken, socket) : [])];
  return { outcome: 'error', summary, causes, ...NOTHING, ...tls, notes: [...notes, ...tlsNotes(tls)] };
}

/** Whose name it might have been. */
function causesOf(view: ConfigView, { serverName, listener }: Shaken, { listeners }: Socket): readonly Cause[] {
  if (listener !== undefined) return [];
  return listeners.slice(0, MOST_LISTENERS).map(each => listenerCause(view, each, serverName));
}
