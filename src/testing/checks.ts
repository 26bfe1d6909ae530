import { meansRoute, routeLabel } from './names.ts';
import type { Probe, Seen } from './prober.ts';
import type { Expectation, Sight } from './routing-test.ts';

/** One thing that every answer to a request must have. */
export interface Check {
  /** Field of the test: `expect.backendSees.path`. */
  readonly field: string;
  readonly expected: string;
  actual(answer: Probe): string;
  holds(actual: string, answer: Probe): boolean;
}

export const ABSENT = '(absent)';
const PRESENT = '(present)';
const UNASKED = '(no backend is asked)';

/** All that an expectation says but its backends, in the order of its documentation. */
export function checksOf(expect: Expectation): readonly Check[] {
  return [
    ...factChecks(expect),
    ...answerChecks(expect),
    ...(expect.backendSees ? sightChecks(expect.backendSees) : []),
  ];
}

function exactly(field: string, expected: string | undefined, actual: Check['actual']): readonly Check[] {
  return expected === undefined ? [] : [{ field, expected, actual, holds: said => said === expected }];
}

function factChecks({ route, rule, ruleName, match }: Expectation): readonly Check[] {
  return [
    ...(route === undefined ? [] : [routeCheck(route)]),
    ...exactly(
      'expect.rule',
      rule?.toString(),
      typeof rule === 'string' ? nameOfRule : ({ facts }) => shown(facts.rule),
    ),
    ...exactly('expect.ruleName', ruleName, nameOfRule),
    ...exactly('expect.match', match?.toString(), ({ facts }) => shown(facts.match)),
  ];
}

function routeCheck(route: string): Check {
  return {
    field: 'expect.route',
    expected: route,
    actual: ({ facts }) => routeLabel(facts),
    holds: (_, { facts }) => meansRoute(route, facts),
  };
}

function nameOfRule({ facts }: Probe): string {
  return facts.ruleName ?? (facts.rule === undefined ? ABSENT : `rule ${facts.rule}, which has no name`);
}

function shown(position: number | undefined): string {
  return position === undefined ? ABSENT : String(position);
}

function answerChecks(expect: Expectation): readonly Check[] {
  const { status, location, headers, presentHeaders, absentHeaders } = expect;
  return [
    ...exactly('expect.status', status?.toString(), answer => String(answer.status)),
    ...exactly('expect.location', location, answer => headerValue(answer.headers, 'location')),
    ...headerChecks('expect.headers', headers, name => answer => headerValue(answer.headers, name)),
    ...presenceChecks('expect.presentHeaders', presentHeaders, name => answer => headerValue(answer.headers, name)),
    ...absenceChecks('expect.absentHeaders', absentHeaders, name => answer => headerValue(answer.headers, name)),
  ];
}

function sightChecks({ method, path, host, headers, present, absent }: Sight): readonly Check[] {
  const header = (name: string) => seen(({ headers: all }) => headerValue(all, name));
  return [
    ...exactly(
      'expect.backendSees.method',
      method,
      seen(each => each.method),
    ),
    ...exactly(
      'expect.backendSees.path',
      path,
      seen(each => each.target),
    ),
    ...exactly('expect.backendSees.host', host, header('host')),
    ...headerChecks('expect.backendSees.headers', headers, header),
    ...presenceChecks('expect.backendSees.present', present, header),
    ...absenceChecks('expect.backendSees.absent', absent, header),
  ];
}

function seen(read: (seen: Seen) => string): Check['actual'] {
  return answer => (answer.seen === undefined ? UNASKED : read(answer.seen));
}

type OfHeader = (name: string) => Check['actual'];

function headerChecks(field: string, headers: Readonly<Record<string, string>> = {}, of: OfHeader): readonly Check[] {
  return Object.entries(headers).flatMap(([name, value]) => exactly(`${field}.${name}`, value, of(name)));
}

function presenceChecks(field: string, names: readonly string[] = [], of: OfHeader): readonly Check[] {
  return names.map(name => ({
    field: `${field}: ${name}`,
    expected: PRESENT,
    actual: of(name),
    holds: said => said !== ABSENT && said !== UNASKED,
  }));
}

function absenceChecks(field: string, names: readonly string[] = [], of: OfHeader): readonly Check[] {
  return names.flatMap(name => exactly(`${field}: ${name}`, ABSENT, of(name)));
}

/** All values of a header, as one. */
function headerValue(fields: Probe['headers'], wanted: string): string {
  const name = wanted.toLowerCase();
  const values = fields.filter(field => field[0].toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? ABSENT : values.join(', ');
}
