import type { TransportOutcome } from '../../router/index.ts';
import { type OutcomeWord, outcomeBit } from '../access-log/outcomes.ts';
import type { Share } from './transport-plan.ts';

/** Why a connection or flow did not simply end when both sides were done: words of the access log. */
export type Reason = OutcomeWord | '';

/** As the access log has it. */
export function reasonBits(reason: Reason): number {
  return reason === '' ? 0 : outcomeBit(reason);
}

/** Why it goes nowhere; '' where it has a backend to go to. */
export function refusalOf(outcome: TransportOutcome, share: Share | undefined): Reason {
  if (outcome === 'no-listener') return 'no_listener';
  if (outcome === 'no-route') return 'no_route';
  return share === undefined ? 'no_backend' : share.reason;
}
