import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../../kubernetes/index.ts';
import { forbiddenProblem } from '../../forbidden-rule.ts';
import type { WriteProblems } from '../../writing/write-problems.ts';
import { createWriteRate, type Rate } from '../../writing/write-rate.ts';
import { handOver } from '../observe/plane-marks.ts';
import type { ProvisionedKind } from '../observe/provisioned-kinds.ts';
import { lose, type ObjectSlot, type Step, see, slotName } from './object-slot.ts';
import type { Place, PlaceStep } from './place.ts';
import { writeObject } from './write-object.ts';
import type { WriteOutcome } from './write-outcome.ts';

export interface PlaneWriterOptions {
  readonly client: ApiClient;
  readonly controllerName: string;
  readonly rate: Rate;
  readonly signal: AbortSignal;
  readonly problems: Pick<WriteProblems, 'set' | 'delete'>;
  /** What is to be done at a place. */
  readonly stepsOf: (place: Place) => readonly PlaceStep[];
  /** A request was answered. */
  readonly count: (slot: ObjectSlot, outcome: WriteOutcome) => void;
  /** What had been applied had to be applied another time. */
  readonly redone: (slot: ObjectSlot) => void;
}

export interface Brought {
  /** Nothing came to nothing. */
  readonly well: boolean;
  /** What was not there before. */
  readonly made: readonly ObjectSlot[];
}

export interface PlaneWriter {
  /** Does all that is to be done at a place. Never rejects. */
  bring(place: Place): Promise<Brought>;
}

export function createPlaneWriter(options: PlaneWriterOptions): PlaneWriter {
  const { client, controllerName, signal, problems } = options;
  const rate = createWriteRate(options.rate);

  async function turn(): Promise<void> {
    for (let ms = rate.take(); ms > 0 && !signal.aborted; ms = rate.take())
      await sleep(ms, undefined, { signal }).catch(() => {});
  }

  async function write(slot: ObjectSlot, step: Exclude<Step, 'none'>, failures: number): Promise<Brought> {
    await turn();
    if (signal.aborted) return CLOSED;
    const outcome = await writeObject({ client, signal }, slot, step);
    if (signal.aborted) return CLOSED;
    options.count(slot, outcome);
    return { well: conclude(slot, outcome, failures), made: outcome.kind === 'ok' && step === 'look' ? [slot] : [] };
  }

  /** `failures`: tries in a row that came to nothing before. */
  function conclude(slot: ObjectSlot, outcome: WriteOutcome, failures: number): boolean {
    const { kind } = slot;
    slot.failure = undefined;
    switch (outcome.kind) {
      case 'found':
        see(slot, outcome.object, controllerName, true);
        if (slot.seen?.ours === false) slot.failure = foreign(slot, controllerName);
        return slot.failure === undefined;
      case 'ok':
        problems.delete(`forbidden ${kind.kind}`);
        see(slot, outcome.object, controllerName, true);
        applied(slot);
        return true;
      case 'gone':
        lose(slot);
        return true;
      case 'left':
        slot.left = true;
        return true;
      case 'role':
        problems.set(`forbidden ${kind.kind}`, missingRole(kind, outcome.message));
        slot.failure = refusal(slot, outcome.message);
        return false;
      case 'refused':
        slot.failure = refusal(slot, outcome.message);
        return false;
      case 'passing':
        // An API server that starts anew is no trouble of a Gateway's; a webhook that is gone is.
        if (outcome.message !== undefined && failures >= WORTH_TELLING) slot.failure = refusal(slot, outcome.message);
        return false;
    }
  }

  /** What is otherwise than wanted right after it was applied stays so, whatever is tried. */
  function applied(slot: ObjectSlot): void {
    const { seen, wanted, done } = slot;
    if (!wanted || seen?.hash !== wanted.hash) return;
    slot.settled = slot.unlike;
    slot.done = wanted.hash;
    if (done === wanted.hash) options.redone(slot);
  }

  return {
    async bring(place) {
      const { failures } = place;
      const results: Brought[] = [];
      for (const { slot, step } of options.stepsOf(place)) results.push(await write(slot, step, failures));
      return { well: results.every(({ well }) => well), made: results.flatMap(({ made }) => made) };
    },
  };
}

/** With the pauses between them some six seconds. */
const WORTH_TELLING = 5;
const CLOSED: Brought = { well: true, made: [] };

function foreign(slot: ObjectSlot, controllerName: string): string {
  return `${slotName(slot)} is there already and not Sluice's: rename or delete it, or give it to Sluice by ${handOver(controllerName)}`;
}

function refusal(slot: ObjectSlot, message: string): string {
  return `the API server refuses ${slotName(slot)}: ${message}`;
}

/** What the rule of a role must name for each kind that data planes are made of. */
const VERBS = ['get', 'list', 'watch', 'create', 'patch', 'delete'];

function missingRole({ group, kind, plural }: ProvisionedKind, said: string) {
  const verb = /\bcannot (\w+) resource/.exec(said)?.[1] ?? 'patch';
  return forbiddenProblem(
    { group, resource: plural, verb, verbs: VERBS, loss: `no ${kind} of a data plane is kept as it should be` },
    said,
  );
}
