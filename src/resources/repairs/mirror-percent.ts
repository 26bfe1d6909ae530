import { isRecord } from '../schema/plain-data.ts';
import { type Raw, type Repair, without } from './repair.ts';

const SHARES = ['percent', 'fraction'] as const;
const sharesOf = (value: Raw) => SHARES.filter(name => value[name] !== undefined);

const isMirror = (filter: unknown): filter is Raw =>
  isRecord(filter) && filter.type === 'RequestMirror' && isRecord(filter.requestMirror);

/** Moves percent and fraction from `from` into the requestMirror of `filter`. */
function withShares(filter: Raw, from: Raw): Raw {
  const mirror = isRecord(filter.requestMirror) ? filter.requestMirror : {};
  const shares = Object.fromEntries(sharesOf(from).map(name => [name, from[name]]));
  return { ...filter, requestMirror: { ...mirror, ...shares } };
}

const message = (where: string) => `percent and fraction belong in requestMirror, not in ${where}; read as if there`;

export const mendedMirrorInFilter: Repair = {
  code: 'MendedMirrorPercent',
  place: ['spec', 'rules', '*', 'filters', '*'],
  message: filter => (isMirror(filter) && sharesOf(filter).length ? message('the filter') : undefined),
  mend: filter => (isMirror(filter) ? withShares(without(filter, ...SHARES), filter) : filter),
};

export const mendedMirrorInBackendRef: Repair = {
  code: 'MendedMirrorPercent',
  place: ['spec', 'rules', '*', 'filters', '*', 'requestMirror'],
  message: mirror =>
    isRecord(mirror) && isRecord(mirror.backendRef) && sharesOf(mirror.backendRef).length
      ? message('its backendRef')
      : undefined,
  mend(mirror) {
    if (!isRecord(mirror) || !isRecord(mirror.backendRef)) return mirror;
    const { backendRef } = mirror;
    const shares = Object.fromEntries(sharesOf(backendRef).map(name => [name, backendRef[name]]));
    return { ...mirror, backendRef: without(backendRef, ...SHARES), ...shares };
  },
};

const mirrorsOf = (rule: Raw) => (Array.isArray(rule.filters) ? rule.filters.filter(isMirror) : []);

/** With two mirrors in a rule it is not clear whose percent it is. */
export const mendedMirrorInRule: Repair = {
  code: 'MendedMirrorPercent',
  place: ['spec', 'rules', '*'],
  message: rule =>
    isRecord(rule) && sharesOf(rule).length && mirrorsOf(rule).length === 1 ? message('the rule') : undefined,
  mend(rule) {
    if (!isRecord(rule) || !Array.isArray(rule.filters)) return rule;
    const filters = rule.filters.map(filter => (isMirror(filter) ? withShares(filter, rule) : filter));
    return { ...without(rule, ...SHARES), filters };
  },
};
