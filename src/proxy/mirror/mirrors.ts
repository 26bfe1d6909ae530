import { endpointsName, type Mirror } from '../../ir/index.ts';
import type { Core } from '../core.ts';
import type { Sample } from '../telemetry/exposition.ts';
import { MirrorTally } from './mirror-tally.ts';
import { MirroredRequest, type Original } from './mirrored-request.ts';

/** Mirrored requests to one backend at a time; a backend that hangs costs no more connections than this. */
const MAX_UNDER_WAY = 512;
/** Objects kept for the next requests. */
const MAX_SPARE = 64;

/** Where the mirror serves requests of its own too, half of the connections to an endpoint stay for those. */
function mostUnderWay({ options }: Core): number {
  return Math.min(MAX_UNDER_WAY, Math.ceil((options.maxUpstreamConnections || Number.POSITIVE_INFINITY) / 2));
}

/** All mirrored requests of one thread. */
export class Mirrors {
  /** Bytes that backends have not taken yet. */
  behind = 0;
  private readonly tallies = new Map<string, MirrorTally>();
  private readonly underWay = new Set<MirroredRequest>();
  private readonly spare: MirroredRequest[] = [];
  private readonly random: () => number;

  /** `random` gives [0, 1). */
  constructor(random: () => number = Math.random) {
    this.random = random;
  }

  /**
   * Sends copies of the request in the output buffer to the backends whose turn it is; it leaves the buffer as it is. The
   * copies that want the rest of the body too.
   */
  send(core: Core, mirrors: readonly Mirror[], original: Original): readonly MirroredRequest[] | undefined {
    let fed: MirroredRequest[] | undefined;
    for (const { backend, share } of mirrors) {
      if (share < 1 && this.random() >= share) continue;
      const copy = this.copyFor(core, backend);
      if (copy === undefined) continue;
      copy.begin(original);
      if (!copy.fed) continue;
      fed ??= [];
      fed.push(copy);
    }
    return fed;
  }

  private copyFor(core: Core, backend: string): MirroredRequest | undefined {
    const tally = this.tallyOf(endpointsName(backend));
    if (tally.underWay >= mostUnderWay(core)) {
      tally.results.refused++;
      return undefined;
    }
    const copy = this.spare.pop() ?? new MirroredRequest(core, tally);
    copy.tally = tally;
    copy.backend = backend;
    tally.underWay++;
    this.underWay.add(copy);
    return copy;
  }

  private tallyOf(backend: string): MirrorTally {
    let tally = this.tallies.get(backend);
    if (tally === undefined) {
      tally = new MirrorTally(backend);
      this.tallies.set(backend, tally);
    }
    return tally;
  }

  /** Called by a copy that has come to its end. */
  ended(copy: MirroredRequest, result: keyof MirrorTally['results']): void {
    const { tally } = copy;
    tally.underWay--;
    tally.results[result]++;
    this.underWay.delete(copy);
    if (!copy.fed) this.keep(copy);
  }

  /** Takes back a copy that nobody refers to any more. */
  keep(copy: MirroredRequest): void {
    if (this.spare.length < MAX_SPARE) this.spare.push(copy);
  }

  /** For metrics. Backends that are gone (`known` denies them) are shown once more, then forgotten. */
  samples(known: (backend: string) => boolean): readonly Sample[] {
    const shown = [...this.tallies.values()].flatMap(tally => tally.samples());
    for (const [backend, { underWay }] of this.tallies) {
      if (underWay === 0 && !known(backend)) this.tallies.delete(backend);
    }
    return shown;
  }

  /** Gives up all that are under way. */
  close(): void {
    for (const copy of [...this.underWay]) copy.end('cut');
  }
}
