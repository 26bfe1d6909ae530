import { type Backend, startBackend } from './backends.ts';
import { writeScene } from './manifests.ts';

/** Backends and manifests that don't rest. */
export interface Changes {
  /** From now on something changes every second. */
  begin(): void;
  stop(): Promise<void>;
}

const STEADY = 3;
/** Between two changes of the configuration; ms. */
const STEP = 1_000;
/** Steps of one round of the endpoint that comes and goes. */
const ROUND = 12;

/**
 * Backends, and a folder that lists them. Once it has begun, every second the routes say something else and another of the
 * steady endpoints is not listed. Of the flaky ones, one comes, is taken off the list before it goes, comes again, and goes
 * while it is listed still.
 */
export async function setTheScene(folder: string): Promise<Changes> {
  const steady = await Promise.all(Array.from({ length: STEADY }, () => startBackend()));
  const stays = await startBackend();
  let guest: Backend | undefined;
  let listed: number | undefined;
  let generation = 0;
  let timer: NodeJS.Timeout | undefined;

  function write(): void {
    const left = steady.filter((_, nth) => nth !== generation % (STEADY + 1));
    const flaky = listed === undefined ? [stays.port] : [stays.port, listed];
    writeScene(folder, { steady: left.map(({ port }) => port), flaky, generation });
  }

  async function come(): Promise<void> {
    guest = await startBackend();
    listed = guest.port;
  }

  function go(): void {
    void guest?.stop();
    guest = undefined;
  }

  async function step(): Promise<void> {
    generation++;
    const at = generation % ROUND;
    if (at === 1 || at === 6) await come();
    if (at === 4 || at === 11) listed = undefined;
    if (at === 5 || at === 9) go();
    write();
  }

  write();
  return {
    begin() {
      timer = setInterval(() => void step(), STEP);
    },
    async stop() {
      clearInterval(timer);
      go();
      await Promise.all([...steady, stays].map(backend => backend.stop()));
    },
  };
}
