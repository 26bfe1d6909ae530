import type { Explanation } from '../../explain/index.ts';
import { isRecord } from '../../resources/index.ts';

/** A text, a number, a list of which each item has a shape, or an object with members; those with `?` may be absent. */
type Shape = 'text' | 'number' | readonly [Shape] | { readonly [member: string]: Shape };

const HEADERS: Shape = [{ name: 'text', value: 'text', 'was?': 'text' }];
const REQUEST: Shape = {
  method: 'text',
  path: 'text',
  host: 'text',
  'was?': { 'path?': 'text', 'host?': 'text' },
  headers: HEADERS,
  removed: HEADERS,
};
const ANSWER: Shape = { status: 'number', 'grpcStatus?': 'number', headers: HEADERS };
const LISTENER: Shape = { gateway: 'text', name: 'text', hostname: 'text', 'source?': 'text' };

/** What `describeExplanation` reads. */
const EXPLANATION: Shape = {
  outcome: 'text',
  summary: 'text',
  causes: [{ message: 'text', 'source?': 'text', 'fix?': 'text' }],
  'tls?': {
    serverName: 'text',
    'listener?': LISTENER,
    'mode?': 'text',
    'protocol?': 'text',
    'minVersion?': 'text',
    'ciphers?': 'text',
    'clients?': { mode: 'text', authorities: ['text'] },
  },
  'certificate?': {
    secret: 'text',
    names: ['text'],
    validTo: 'text',
    validity: 'text',
    'source?': 'text',
    others: [{ secret: 'text', names: ['text'] }],
  },
  'listener?': LISTENER,
  otherListeners: [{ gateway: 'text', name: 'text', hostname: 'text', reason: 'text' }],
  'match?': { conditions: 'text', hostname: 'text', 'source?': 'text' },
  'decidedBy?': 'text',
  losers: [{ route: 'text', rule: 'number', match: 'number', reason: 'text', 'source?': 'text' }],
  filters: [{ type: 'text', effect: 'text', 'backend?': 'text', 'source?': 'text' }],
  'request?': REQUEST,
  backends: [
    {
      ref: 'text',
      share: 'number',
      endpoints: [{ address: 'text', state: 'text', 'health?': 'text' }],
      'protocol?': 'text',
      'tls?': { serverName: 'text', names: ['text'], authorities: ['text'], 'clientCertificate?': 'text' },
      'answer?': ANSWER,
      'request?': REQUEST,
      'source?': 'text',
    },
  ],
  'answer?': ANSWER,
  policies: [{ field: 'text', value: 'text', from: 'text', 'source?': 'text' }],
  notes: ['text'],
  problems: [{ severity: 'text', code: 'text', message: 'text', 'source?': 'text' }],
};

/** Whether what somebody answered can be told as an explanation. */
export function isExplanation(value: unknown): value is Explanation {
  return fits(value, EXPLANATION);
}

function fits(value: unknown, shape: Shape): boolean {
  if (shape === 'text') return typeof value === 'string';
  if (shape === 'number') return typeof value === 'number';
  if (isList(shape)) return Array.isArray(value) && value.every(item => fits(item, shape[0]));
  return isRecord(value) && Object.entries(shape).every(([name, own]) => fitsMember(value, name, own));
}

function fitsMember(value: Readonly<Record<string, unknown>>, name: string, shape: Shape): boolean {
  const member = value[name.replace('?', '')];
  return member === undefined ? name.endsWith('?') : fits(member, shape);
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
