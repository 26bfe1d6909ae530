import { GATEWAY_GROUP } from '../shapes/names.ts';
import type { Repair } from './repair.ts';

/** Equal for groups that have the same words, in whatever order. */
export function wordsOf(group: string): string {
  return group.split('.').sort().join('.');
}

/** The group that was meant, if `group` is a well-known slip: `core`, a version, or the words in another order. */
function meantGroup(group: string): string | undefined {
  if (group === 'core' || group === 'v1') return '';
  const [bare = '', version] = group.split('/');
  const ordered = wordsOf(bare) === wordsOf(GATEWAY_GROUP) ? GATEWAY_GROUP : bare;
  return ordered !== bare || version !== undefined ? ordered : undefined;
}

const BACKENDS = ['spec', 'rules', '*', 'backendRefs', '*'];
const FILTERS = ['spec', 'rules', '*', 'filters', '*'];
const LISTENERS = ['spec', 'listeners', '*'];

const PLACES = [
  ['spec', 'parentRefs', '*'],
  ['spec', 'parentRef'],
  ['spec', 'targetRefs', '*'],
  ['spec', 'from', '*'],
  ['spec', 'to', '*'],
  BACKENDS,
  ...[FILTERS, [...BACKENDS, 'filters', '*']].flatMap(filters => [
    [...filters, 'requestMirror', 'backendRef'],
    [...filters, 'extensionRef'],
  ]),
  [...LISTENERS, 'tls', 'certificateRefs', '*'],
  [...LISTENERS, 'allowedRoutes', 'kinds', '*'],
];

export const mendedGroups: readonly Repair[] = PLACES.map(place => ({
  code: 'MendedGroup',
  place: [...place, 'group'],
  message(value) {
    const meant = typeof value === 'string' ? meantGroup(value) : undefined;
    if (meant === undefined) return undefined;
    const why = meant === '' ? ' (kinds such as Service and Secret have the empty group)' : '';
    return `there is no API group ${JSON.stringify(value)}; read as ${JSON.stringify(meant)}${why}`;
  },
  mend: value => (typeof value === 'string' ? meantGroup(value) : value),
}));
