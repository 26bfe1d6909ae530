import fc from 'fast-check';
import type { Delta, Unit } from '../../src/ir/index.ts';
import { backend, endpoints, listener, route, secret, transportRoute } from './units.ts';

/** Deltas over a few names, so that many meet: what refers to what changes, dangles, comes and goes. */

export const GATEWAYS = ['a/one', 'a/two', 'b/one'];
const digit = fc.integer({ min: 0, max: 3 });
export const anyGateway = fc.constantFrom(...GATEWAYS);
const digits = fc.array(digit, { maxLength: 3 });
const variant = fc.constantFrom('', ';h2');

const unit: fc.Arbitrary<Unit> = fc.oneof(
  fc.tuple(digit, digit).map(([n, version]) => secret(`s${n}`, `v${version}`)),
  fc.tuple(digit, variant, digits).map(([n, way, names]) =>
    backend(
      `b${n}${way}`,
      names.map(each => `s${each}`),
    ),
  ),
  fc.tuple(digit, digit).map(([n, version]) => endpoints(`b${n}`, 8000 + version)),
  fc.tuple(anyGateway, digit, digits).map(([of, n, names]) =>
    listener(
      of,
      `l${n}`,
      names.map(each => `s${each}`),
    ),
  ),
  fc.tuple(anyGateway, digit, digits, variant, fc.boolean()).map(([of, n, to, way, mirrored]) =>
    route(
      of,
      `r${n}`,
      to.map(each => `b${each}${way}`),
      mirrored ? ['b3'] : [],
    ),
  ),
  fc.tuple(anyGateway, digit, digits).map(([of, n, to]) =>
    transportRoute(
      of,
      `t${n}`,
      to.map(each => `b${each}`),
    ),
  ),
);

export const anyDelta: fc.Arbitrary<Delta> = fc
  .tuple(
    fc.uniqueArray(unit, { selector: keyOf, maxLength: 6 }),
    fc.uniqueArray(unit, { selector: keyOf, maxLength: 4 }),
  )
  .map(([upserts, gone]) => {
    const kept = new Set(upserts.map(keyOf));
    const removals = gone.filter(each => !kept.has(keyOf(each)));
    return { upserts, removals: removals.map(({ kind, name }) => ({ kind, name })) };
  });

function keyOf({ kind, name }: Pick<Unit, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}
