import { createExplainer, type Explainer, readQuestion } from '../../explain/index.ts';
import type { TestRequest, TestResult } from '../../testing/index.ts';
import type { Ran } from './run-test-files.ts';

/** Nobody reads the twenty-first, and each takes milliseconds. */
const MOST = 20;

/** Why the requests of tests that failed got what they got, in a few words. */
export async function whyAnswered({ files }: Ran): Promise<ReadonlyMap<TestResult, string>> {
  const failed = files.flatMap(({ bench, results }) => {
    return results.filter(({ passed, answers }) => !passed && answers.length > 0).map(result => ({ bench, result }));
  });
  const byBench = Map.groupBy(failed.slice(0, MOST), ({ bench }) => bench);
  const whys = new Map<TestResult, string>();
  for (const [{ model }, asked] of byBench) {
    const explainer = createExplainer(model.view);
    for (const { result } of asked) {
      const why = result.request && (await whyOf(result.request, explainer));
      if (why !== undefined) whys.set(result, why);
    }
    explainer.close();
  }
  return whys;
}

async function whyOf(request: TestRequest, explainer: Explainer): Promise<string | undefined> {
  const question = readQuestion({ ...request, headers: Object.entries(request.headers ?? {}) });
  if ('refused' in question) return undefined;
  const { causes, decidedBy } = await explainer.explain(question);
  return causes[0]?.message ?? decidedBy;
}
