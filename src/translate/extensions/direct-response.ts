import type { DirectAnswer } from '../../ir/index.ts';
import { type DirectResponse, SLUICE_GROUP } from '../../resources/index.ts';
import { isFieldValue, readHeaders } from '../routes/header-changes.ts';
import { type Fault, ruleFaults } from '../status/rule-faults.ts';
import { defineExtension, type Extension } from './extension.ts';

const PLAIN_TEXT = 'text/plain; charset=utf-8';
/** Of a field of its own, and of the clock: a second one would say something else. */
const SAID_ELSEWHERE = ['content-type', 'date'];

/** A DirectResponse is an answer of its rule. */
export const directResponseExtension = defineExtension({
  group: SLUICE_GROUP,
  kind: 'DirectResponse',
  places: ['rule', 'backendRef'],
  read: readDirectResponse,
});

/** Checked again: an API server may hold what an older definition of the kind let through. */
function readDirectResponse({ spec }: DirectResponse): Extension {
  const faults: Fault[] = [];
  const report = (fault: Fault) => void faults.push(fault);
  const { statusCode: status, contentType = PLAIN_TEXT, body } = spec;
  if (status < 200 || status > 599) report(ruleFaults.answerStatus('spec.statusCode', status));
  if (!isFieldValue(contentType)) report(ruleFaults.headerValue('spec.contentType', 'Content-Type'));
  const own = readHeaders(spec.headers, 'spec.headers', report).filter(([name]) => !SAID_ELSEWHERE.includes(name));
  const headers: DirectAnswer['headers'] = body ? [['content-type', contentType], ...own] : own;
  const [first, ...others] = faults;
  if (first) return { kind: 'faulty', faults: [first, ...others] };
  return { kind: 'direct', status, headers, body: body?.text ?? '' };
}
