import type { Unit } from '../../ir/index.ts';
import { createSearchContext } from '../symbolic/search-context.ts';
import { type Change, createChangeLog, type LeftOut } from './changes.ts';
import { compareSockets } from './compare-sockets.ts';
import { sidesOf } from './side.ts';
import { socketPairs } from './socket-pairs.ts';
import { diffTransports, type TransportChange } from './transports.ts';

/** Which requests change their destination or treatment between two configurations. */
export interface Difference {
  /** One for each treatment before with each after it. None: no request changes, unless something was left out. */
  readonly changes: readonly Change[];
  /** The same of connections and datagrams. */
  readonly transports: readonly TransportChange[];
  /** Of which it is not known whether requests change. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * Compares what routers make of requests: of those for which a match of the one and a match of the other hold, one that
 * has nothing else stands for all. Names of objects and rules, their order, and endpoints are no difference.
 */
export function diffUnits(before: readonly Unit[], after: readonly Unit[]): Difference {
  const context = createSearchContext([...before, ...after]);
  const log = createChangeLog();
  for (const pair of socketPairs(sidesOf(before), sidesOf(after))) compareSockets(pair, context, log);
  return { changes: log.changes(), transports: diffTransports(before, after), leftOut: log.leftOut() };
}
