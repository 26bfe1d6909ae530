import { isRecord } from '../schema/plain-data.ts';
import type { Raw, Repair } from './repair.ts';
import { toYaml } from './yaml.ts';

const FIELDS = ['allowOrigins', 'allowMethods', 'allowHeaders', 'exposeHeaders', 'allowCredentials', 'maxAge'];
const UNIT_S: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** `24h` → 86400; what is no duration stays as it is. */
function seconds(value: unknown): unknown {
  const [, count, unit = 's'] = typeof value === 'string' ? (value.match(/^([0-9]+)([hms]?)$/) ?? []) : [];
  return count === undefined ? value : Number(count) * UNIT_S[unit || 's']!;
}

/** The filter that says what the `spec` of a CORSPolicy says (GEP-1767). */
export function corsFilterYaml(spec: unknown): string | undefined {
  const given: Raw = isRecord(spec) ? spec : { allowOrigins: ['https://example.com'] };
  const cors = Object.fromEntries(
    FIELDS.filter(name => given[name] !== undefined).map(name => [
      name,
      name === 'maxAge' ? seconds(given[name]) : given[name],
    ]),
  );
  return toYaml({ filters: [{ type: 'CORS', cors }] });
}

/** A policy kind for CORS was never part of Gateway API; only the policy itself says what the filter should be. */
export const corsByExtension: Repair = {
  code: 'NoSuchKind',
  kinds: ['HTTPRoute'],
  place: ['spec', 'rules', '*', 'filters', '*', 'extensionRef'],
  message: ref =>
    isRecord(ref) &&
    ref.kind === 'CORSPolicy' &&
    typeof ref.group === 'string' &&
    ref.group.startsWith('gateway.networking.')
      ? 'Gateway API has no kind CORSPolicy; CORS is a filter type of its own, with its settings under cors'
      : undefined,
  example: () => corsFilterYaml(undefined),
};
