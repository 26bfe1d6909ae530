import type { Model } from '../../gateway/index.ts';
import { createProber, type MemoryProber } from '../../testing/index.ts';
import { askedModel, type ModelFlags } from '../asked/asked-model.ts';

/** What tests of the same manifests are put to. */
export interface TestBench {
  readonly model: Model;
  readonly prober: MemoryProber;
  /** The operands and flags that name the same manifests on a command line. */
  readonly source: readonly string[];
}

export interface TestBenches {
  /** One for each list of paths, however many files of tests name it. */
  benchOf(paths: readonly string[]): Promise<TestBench | { readonly refused: string }>;
  /** Those that were made. */
  all(): Promise<readonly TestBench[]>;
  close(): Promise<void>;
}

export function createTestBenches(flags: ModelFlags): TestBenches {
  const made = new Map<string, Promise<TestBench | { readonly refused: string }>>();

  async function make(paths: readonly string[]): Promise<TestBench | { readonly refused: string }> {
    const model = await askedModel(flags, paths);
    if ('refused' in model) return model;
    return { model, prober: createProber(model.units()), source: flags.kube ? kubeWords(flags) : paths };
  }

  async function all(): Promise<readonly TestBench[]> {
    const benches = await Promise.all(made.values());
    return benches.filter(bench => 'model' in bench);
  }

  return {
    benchOf(paths) {
      const key = JSON.stringify(paths);
      const bench = made.get(key) ?? make(paths);
      made.set(key, bench);
      return bench;
    },
    all,
    async close() {
      for (const { prober } of await all()) prober.close();
    },
  };
}

function kubeWords({ kubeconfig, context }: ModelFlags): readonly string[] {
  const named = Object.entries({ kubeconfig, context });
  return ['--kube', ...named.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]))];
}
