import { integer, list, object, optional, ruled, withDefault } from '../schema/build.ts';
import { duration, durationMs } from '../shapes/duration.ts';
import { localObjectReference } from '../shapes/references.ts';
import { sessionPersistence } from '../shapes/session-persistence.ts';
import { defineKind } from './kind.ts';

const HOUR_MS = 3_600_000;

function fromSecondToHour(interval: string): string | undefined {
  const ms = durationMs(interval);
  return ms < 1000 || ms > HOUR_MS ? `must be from 1s to 1h, not ${interval}` : undefined;
}

function upToHour(interval: string): string | undefined {
  const ms = durationMs(interval);
  return ms === 0 || ms > HOUR_MS ? `must be more than 0s and at most 1h, not ${interval}` : undefined;
}

/** GEP-3388: how many requests may be retries. */
const retryConstraint = object({
  budget: withDefault(
    object({
      percent: withDefault(integer({ min: 0, max: 100 }), 20),
      interval: withDefault(ruled(duration, fromSecondToHour), '10s'),
    }),
    { percent: 20, interval: '10s' },
  ),
  minRetryRate: withDefault(
    object({
      count: optional(integer({ min: 1, max: 1_000_000 })),
      interval: optional(ruled(duration, upToHour)),
    }),
    { count: 10, interval: '1s' },
  ),
});

export const xBackendTrafficPolicy = defineKind({
  group: 'gateway.networking.x-k8s.io',
  kind: 'XBackendTrafficPolicy',
  plural: 'xbackendtrafficpolicies',
  scope: 'Namespaced',
  versions: [{ name: 'v1alpha1', channel: 'experimental' }],
  schema: object({
    spec: object({
      targetRefs: list(localObjectReference, { min: 1, max: 16, unique: ['group', 'kind', 'name'] }),
      retryConstraint: optional(retryConstraint),
      sessionPersistence: optional(sessionPersistence),
    }),
  }),
});
