import { type AdminPage, jsonPage, refusalPage } from './admin-page.ts';
import type { Explaining } from './explaining.ts';

/** `GET /explain?method=&url=&header=name: value&client=&gateway=`: what becomes of that request and why, 400 where it can't be read. */
export function explainPage(explaining: Pick<Explaining, 'explainQuery'>): AdminPage {
  return async query => {
    const answer = await explaining.explainQuery(query);
    return 'refused' in answer ? refusalPage(400, answer.refused) : jsonPage(answer);
  };
}
