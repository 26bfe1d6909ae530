import { FILTER_PARAMETERS, readFilter } from '../proxy/index.ts';
import { type AdminPage, refusalPage } from './admin-page.ts';
import { MOST_WATCHES, type Tailing } from './tailing.ts';

/** `GET /requests`: live requests, one a line of JSON, as long as the client stays; parameters say which. */
export function requestsPage(tailing: Tailing): AdminPage {
  return query => {
    const known: readonly string[] = FILTER_PARAMETERS;
    const unknown = [...query.keys()].find(name => !known.includes(name));
    if (unknown !== undefined) {
      return refusalPage(400, `there is no parameter ${unknown}; there are ${FILTER_PARAMETERS.join(', ')}`);
    }
    const given = Object.fromEntries([...new Set(query.keys())].map(name => [name, query.getAll(name).join(',')]));
    const filter = readFilter(given);
    if ('refused' in filter)
      return refusalPage(400, `${filter.parameter}=${given[filter.parameter]}: ${filter.refused}`);
    if (tailing.full) {
      return refusalPage(503, `${MOST_WATCHES} clients look on already, which is as many as may: let one of them end`);
    }
    return { kind: 'lines', open: to => tailing.watch(filter, to) };
  };
}
