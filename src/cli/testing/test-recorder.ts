import {
  type Prober,
  type Recorded,
  type RoutingTest,
  recordTest,
  type TestRequest,
  withoutSecrets,
} from '../../testing/index.ts';

/** Collects tests, each request once. */
export interface TestRecorder {
  /** Why nothing was added; undefined for a new test, and for a request that is there already. `fits`: whether to keep it. */
  add(request: TestRequest, fits?: (recorded: Recorded) => string | undefined): Promise<string | undefined>;
  readonly tests: readonly RoutingTest[];
  /** How many values were left out because they look like secrets. */
  readonly hidden: number;
}

export function createTestRecorder(prober: Prober): TestRecorder {
  const tests: RoutingTest[] = [];
  const known = new Set<string>();
  let hidden = 0;
  return {
    tests,
    get hidden() {
      return hidden;
    },
    async add(given, fits = () => undefined) {
      const { request, hidden: names } = withoutSecrets(given);
      const key = JSON.stringify(request);
      if (known.has(key)) return undefined;
      const recorded = await recordTest(request, prober);
      const misfit = 'unaskable' in recorded ? recorded.unaskable : fits(recorded);
      if (misfit !== undefined || known.has(key)) return misfit;
      known.add(key);
      hidden += names.length;
      if ('test' in recorded) tests.push(recorded.test);
      return undefined;
    },
  };
}
