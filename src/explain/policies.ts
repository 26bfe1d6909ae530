import type { Forward, Rule, Session } from '../ir/index.ts';
import type { ObjectRef } from '../resources/index.ts';
import type { ConfigView } from './config-view.ts';
import { durationWords } from './duration-words.ts';
import type { PolicyFacts } from './explanation.ts';
import { placeOf } from './place.ts';

interface Setting {
  readonly field: string;
  readonly value: string;
  /** Below the rule. */
  readonly path: string;
}

/** What a rule sets besides its matches, filters and backends, and where. */
export function describePolicies(view: ConfigView, object: ObjectRef, { action, index }: Rule): readonly PolicyFacts[] {
  if (action.kind !== 'forward') return [];
  return settingsOf(action).map(({ field, value, path }) => {
    const whole = `spec.rules[${index}].${path}`;
    const from = `${object.kind}/${object.namespace}/${object.name} ${whole}`;
    return { field, value, from, ...placeOf(view, object, whole) };
  });
}

function settingsOf({ timeouts, retry, session }: Forward): readonly Setting[] {
  const { request, backendRequest } = timeouts;
  return [
    ...(request ? [inTime('timeouts.request', request, 'timeouts.request')] : []),
    ...(backendRequest ? [inTime('timeouts.backendRequest', backendRequest, 'timeouts.backendRequest')] : []),
    ...(retry ? [retryOf(retry)] : []),
    ...(session ? [sessionOf(session)] : []),
  ];
}

function inTime(field: string, ms: number, path: string): Setting {
  return { field, value: durationWords(ms), path };
}

function retryOf({ attempts, codes, backoff }: NonNullable<Forward['retry']>): Setting {
  const on = codes.length === 0 ? 'where no answer comes' : `where no answer comes, or ${codes.join(', ')}`;
  const times = attempts === 1 ? 'once more' : `up to ${attempts} more times`;
  return { field: 'retry', value: `${times}, ${on}, after ${durationWords(backoff)} or more`, path: 'retry' };
}

function sessionOf({ carrier, absoluteTimeout }: Session): Setting {
  const end = absoluteTimeout === undefined ? '' : `, for ${durationWords(absoluteTimeout)}`;
  const value = `a client that sends the ${carrier.kind} ${carrier.name} again stays with its endpoint${end}`;
  return { field: 'sessionPersistence', value, path: 'sessionPersistence' };
}
