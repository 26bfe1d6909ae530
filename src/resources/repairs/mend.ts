import type { Kind } from '../kinds/kind.ts';
import type { Problem } from '../problem.ts';
import { formatPath, type Segment } from '../schema/field-path.ts';
import { GATEWAY_GROUPS } from '../shapes/names.ts';
import { corsByExtension } from './cors-policy.ts';
import { mendedForwardTo } from './forward-to.ts';
import { mendedGroups } from './groups.ts';
import { mendedApiVersion } from './identity.ts';
import { mendedHeaders, mendedPath, mendedPathType } from './matches.ts';
import { mendedMirrorInBackendRef, mendedMirrorInFilter, mendedMirrorInRule } from './mirror-percent.ts';
import { mendedFields } from './old-fields.ts';
import { changeAt, type Raw, type Repair, valuesAt } from './repair.ts';
import { mendedRetryBudget } from './retry-budget.ts';
import { toYaml } from './yaml.ts';

/** In this order: a later repair sees what the earlier ones made. */
const REPAIRS: readonly Repair[] = [
  ...mendedFields,
  mendedPath,
  mendedPathType,
  mendedHeaders,
  mendedForwardTo,
  mendedMirrorInRule,
  mendedMirrorInFilter,
  mendedMirrorInBackendRef,
  mendedRetryBudget,
  ...mendedGroups,
  corsByExtension,
];

export interface Mended {
  /** The object itself if nothing was mended. */
  readonly raw: Raw;
  /** Warnings; the fix of each is the part as it is meant, or an example. */
  readonly problems: readonly Problem[];
}

/** Makes apiVersion and kind right, so that the kind can be told. */
export function mendIdentity(raw: Raw): Mended {
  return applyRepair({ raw, problems: [] }, mendedApiVersion);
}

/** Mends the fields of an object, if it is of a kind of Gateway API. */
export function mendFields(raw: Raw, { group, kind }: Pick<Kind, 'group' | 'kind'>): Mended {
  const start: Mended = { raw, problems: [] };
  if (!GATEWAY_GROUPS.includes(group)) return start;
  return REPAIRS.filter(repair => !repair.kinds || repair.kinds.includes(kind)).reduce(applyRepair, start);
}

function applyRepair(so: Mended, repair: Repair): Mended {
  return valuesAt(so.raw, repair.place).reduce((current, [path, value]) => applyAt(current, repair, path, value), so);
}

function applyAt(so: Mended, repair: Repair, path: readonly Segment[], value: unknown): Mended {
  const { mend, example, code } = repair;
  const message = repair.message(value);
  if (message === undefined) return so;
  const fix = mend ? fragment(path, mend(value)) : example?.(value);
  const problem: Problem = {
    severity: 'warning',
    code,
    message,
    path: path.length === 0 ? 'apiVersion' : formatPath(path),
    ...(fix !== undefined && { fix }),
  };
  // A repair changes an object into an object.
  const raw = mend ? (changeAt(so.raw, path, mend) as Raw) : so.raw;
  return { raw, problems: [...so.problems, problem] };
}

/** A part of an object, under its name or as an item of its list. */
function fragment(path: readonly Segment[], part: unknown): string | undefined {
  const name = path.at(-1);
  if (name === undefined) return toYaml(part);
  return toYaml(typeof name === 'number' ? [part] : { [name]: part });
}
