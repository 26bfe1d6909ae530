import type { Delta, Unit, UnitName } from '../ir/index.ts';
import type { DeltaPart, Lane } from './messages.ts';
import type { Outcome } from './outcome.ts';
import { type Complaint, outcomeTold } from './outcome-told.ts';

/** What comes over one connection: parts become versions, versions are applied and acknowledged. */
export interface Inbox {
  take(part: DeltaPart): void;
  /** An outcome as it is told: with the units that we don't know. */
  tell(outcome: Outcome): object;
}

export interface InboxOptions {
  /** Of this program. */
  readonly version: string;
  readonly apply: (delta: Delta) => Promise<Outcome>;
  readonly onApplied: (lane: Lane, version: number, outcome: object) => void;
  /** The other side broke a rule, or we did. */
  readonly onFailure: (reason: string) => void;
}

/** A version whose last part has not come. */
interface Begun {
  readonly lane: Lane;
  readonly version: number;
  readonly upserts: Unit[];
  readonly removals: UnitName[];
}

export function createInbox({ version: program, apply, onApplied, onFailure }: InboxOptions): Inbox {
  const busy = new Set<Lane>();
  const unknown = new Map<string, Complaint>();
  let begun: Begun | undefined;

  function note({ unknown: came, forgotten }: DeltaPart): void {
    for (const { kind, name } of came) {
      const message = `this proxy (${program}) knows no units of kind ${kind}: update its image`;
      unknown.set(`${kind} ${name}`, { kind, name, message });
    }
    for (const { kind, name } of forgotten) unknown.delete(`${kind} ${name}`);
  }

  async function obey({ lane, version, upserts, removals }: Begun): Promise<void> {
    busy.add(lane);
    const outcome = await apply({ upserts, removals });
    busy.delete(lane);
    onApplied(lane, version, tell(outcome));
  }

  function tell(outcome: Outcome): object {
    return outcomeTold(outcome, unknown.values());
  }

  return {
    take(part) {
      const { lane, version, last } = part;
      begun ??= { lane, version, upserts: [], removals: [] };
      if (busy.has(lane) || begun.lane !== lane || begun.version !== version) {
        onFailure('the controller sent a version before its turn');
        return;
      }
      for (const unit of part.upserts) begun.upserts.push(unit);
      for (const name of part.removals) begun.removals.push(name);
      note(part);
      if (!last) return;
      const whole = begun;
      begun = undefined;
      obey(whole).catch(error => onFailure(`the configuration could not be applied: ${String(error)}`));
    },
    tell,
  };
}
