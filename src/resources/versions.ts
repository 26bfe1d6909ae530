import { apiVersionOf, type Kind, newestApiVersion, type Version } from './kinds/kind.ts';
import type { Problem } from './problem.ts';

/** What to say about an object that is not written in the newest version of its kind. */
export function deprecationOf(kind: Kind, version: Version): readonly Problem[] {
  const newest = kind.versions[0]!;
  if (version === newest) return [];
  const written = `${version.kind ?? kind.kind} of ${apiVersionOf(version.group ?? kind.group, version.name)}`;
  const current = newestApiVersion(kind);
  const fix = version.kind ? `apiVersion: ${current}\nkind: ${kind.kind}` : `apiVersion: ${current}`;
  return [
    {
      severity: version.channel === 'standard' ? 'info' : 'warning',
      code: 'DeprecatedVersion',
      message: `${written} is read as ${kind.kind} of ${current}; write that instead`,
      path: 'apiVersion',
      fix,
    },
  ];
}
