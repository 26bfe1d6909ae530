import { type AdminPage, jsonPage, refusalPage } from '../../admin/index.ts';
import type { ExplainOnDemand } from '../explain-on-demand.ts';

/** `GET /explain?method=&url=&header=name: value&client=&gateway=`: what becomes of that request and why, 400 where it can't be read. */
export function explainPage(explainer: Pick<ExplainOnDemand, 'explainQuery'>): AdminPage {
  return async query => {
    const answer = await explainer.explainQuery(query);
    return 'refused' in answer ? refusalPage(400, answer.refused) : jsonPage(answer);
  };
}
