import { integer, object, optional, ruled, withDefault } from '../schema/build.ts';
import { INT32_MAX } from './names.ts';
import { backendObjectReference } from './references.ts';

function numeratorAtMostDenominator(fraction: { numerator: number; denominator: number }): string | undefined {
  return fraction.numerator <= fraction.denominator ? undefined : 'numerator must not be greater than denominator';
}

const fraction = ruled(
  object({
    numerator: integer({ min: 0, max: INT32_MAX }),
    denominator: withDefault(integer({ min: 1, max: INT32_MAX }), 100),
  }),
  numeratorAtMostDenominator,
);

function percentOrFraction(mirror: { percent?: unknown; fraction?: unknown }): string | undefined {
  const both = mirror.percent !== undefined && mirror.fraction !== undefined;
  return both ? 'set percent or fraction, not both' : undefined;
}

/** HTTPRequestMirrorFilter. */
export const requestMirror = ruled(
  object({
    backendRef: backendObjectReference,
    percent: optional(integer({ min: 0, max: 100 })),
    fraction: optional(fraction),
  }),
  percentOrFraction,
);
