import { fieldValue } from '../proxy/index.ts';
import { backendLabel, meansBackend, meansRoute, NONE, routeLabel } from './names.ts';
import type { Probe, Seen } from './prober.ts';
import type { Expectation, Sight } from './routing-test.ts';

/** One thing that all answers to a request must have. */
export interface Check {
  /** Field of the test: `expect.backendSees.path`. */
  readonly field: string;
  readonly expected: string;
  /** What there is instead; undefined where it is as expected. */
  readonly otherwise: (answers: readonly Probe[]) => string | undefined;
}

/** What one answer says of the matter. */
type Read = (answer: Probe) => string;

const ABSENT = '(absent)';
const PRESENT = '(present)';
const UNASKED = '(no backend is asked)';

/** All that is expected, in the order of the documentation. */
export function checksOf(expect: Expectation): readonly Check[] {
  const { backend, mirrors, backendSees } = expect;
  return [
    ...factChecks(expect),
    ...(backend === undefined ? [] : [backendCheck(typeof backend === 'string' ? [backend] : backend)]),
    ...(mirrors === undefined ? [] : [mirrorCheck(mirrors)]),
    ...answerChecks(expect),
    ...(backendSees === undefined ? [] : sightChecks(backendSees)),
  ];
}

function each(field: string, expected: string, read: Read, holds: (said: string, answer: Probe) => boolean): Check {
  return {
    field,
    expected,
    otherwise: answers => (answers.every(answer => holds(read(answer), answer)) ? undefined : whoSays(answers, read)),
  };
}

/** Where they say different things, who says what. */
function whoSays(answers: readonly Probe[], read: Read): string {
  const said = [...Map.groupBy(answers, read)];
  const labels = (by: readonly Probe[]) => by.map(({ facts }) => backendLabel(facts)).join(', ');
  return said.map(([word, by]) => (said.length === 1 ? word : `${word} (${labels(by)})`)).join('; ');
}

function exactly(field: string, expected: string | undefined, read: Read): readonly Check[] {
  return expected === undefined ? [] : [each(field, expected, read, said => said === expected)];
}

function factChecks({ route, rule, ruleName, match }: Expectation): readonly Check[] {
  const routes = ({ facts }: Probe) => routeLabel(facts);
  const position = typeof rule === 'string' ? nameOfRule : ({ facts }: Probe) => shown(facts.rule);
  return [
    ...(route === undefined ? [] : [each('expect.route', route, routes, (_, { facts }) => meansRoute(route, facts))]),
    ...exactly('expect.rule', rule?.toString(), position),
    ...exactly('expect.ruleName', ruleName, nameOfRule),
    ...exactly('expect.match', match?.toString(), ({ facts }) => shown(facts.match)),
  ];
}

function nameOfRule({ facts }: Probe): string {
  return facts.ruleName ?? (facts.rule === undefined ? ABSENT : `rule ${facts.rule}, which has no name`);
}

function shown(position: number | undefined): string {
  return position === undefined ? ABSENT : String(position);
}

/** Those that share the requests must be exactly those that are expected. */
function backendCheck(expected: readonly string[]): Check {
  return {
    field: 'expect.backend',
    expected: expected.join(', '),
    otherwise(answers) {
      const meant = answers.every(({ facts }) => expected.some(name => meansBackend(name, facts)));
      const all = expected.every(name => answers.some(({ facts }) => meansBackend(name, facts)));
      if (meant && all) return undefined;
      const labels = [...new Set(answers.map(({ facts }) => backendLabel(facts)))];
      return labels.length > 1 ? `${labels.join(', ')} (they share these requests)` : labels.join();
    },
  };
}

function mirrorCheck(expected: readonly string[]): Check {
  const got = ({ mirrors }: Probe) =>
    [...new Set(mirrors)]
      .map(backend => backendLabel({ backend }))
      .sort()
      .join(', ') || NONE;
  return each('expect.mirrors', expected.join(', ') || NONE, got, (_, { facts: { route }, mirrors }) => {
    const meant = mirrors.every(backend => expected.some(name => meansBackend(name, { route, backend })));
    return meant && expected.every(name => mirrors.some(backend => meansBackend(name, { route, backend })));
  });
}

function answerChecks(expect: Expectation): readonly Check[] {
  const { certificate, status, location, headers, presentHeaders, absentHeaders, body } = expect;
  const header = (name: string) => (answer: Probe) => fieldValue(answer.headers, name) ?? ABSENT;
  const secret = certificate === undefined || certificate.includes('/') ? certificate : `default/${certificate}`;
  return [
    ...exactly('expect.certificate', secret, answer => answer.certificate ?? NONE),
    ...exactly('expect.status', status?.toString(), answer => String(answer.status)),
    ...exactly('expect.location', location, header('location')),
    ...headerChecks('expect.headers', headers, header),
    ...presenceChecks('expect.presentHeaders', presentHeaders, header),
    ...absenceChecks('expect.absentHeaders', absentHeaders, header),
    ...exactly('expect.body', body, answer => answer.body),
  ];
}

function sightChecks({ method, path, host, headers, present, absent }: Sight): readonly Check[] {
  const header = (name: string) => ofSeen(seen => fieldValue(seen.headers, name) ?? ABSENT);
  return [
    ...exactly(
      'expect.backendSees.method',
      method,
      ofSeen(seen => seen.method),
    ),
    ...exactly(
      'expect.backendSees.path',
      path,
      ofSeen(seen => seen.target),
    ),
    ...exactly('expect.backendSees.host', host, header('host')),
    ...headerChecks('expect.backendSees.headers', headers, header),
    ...presenceChecks('expect.backendSees.present', present, header),
    ...absenceChecks('expect.backendSees.absent', absent, header),
  ];
}

function ofSeen(read: (seen: Seen) => string): Read {
  return answer => (answer.seen === undefined ? UNASKED : read(answer.seen));
}

type OfHeader = (name: string) => Read;

function headerChecks(field: string, headers: Readonly<Record<string, string>> = {}, of: OfHeader): readonly Check[] {
  return Object.entries(headers).flatMap(([name, value]) => exactly(`${field}.${name}`, value, of(name)));
}

function presenceChecks(field: string, names: readonly string[] = [], of: OfHeader): readonly Check[] {
  const isPresent = (said: string) => said !== ABSENT && said !== UNASKED;
  return names.map(name => each(`${field}: ${name}`, PRESENT, of(name), isPresent));
}

function absenceChecks(field: string, names: readonly string[] = [], of: OfHeader): readonly Check[] {
  return names.flatMap(name => exactly(`${field}: ${name}`, ABSENT, of(name)));
}
