import type { Cors, Match, OriginPattern, ValueMatch } from '../../ir/index.ts';
import type { HTTPFilter } from '../../resources/index.ts';
import { type Fault, ruleFaults } from '../status/rule-faults.ts';

type CorsSpec = NonNullable<HTTPFilter['cors']>;
type Report = (fault: Fault) => void;
type Read<T> = (value: string, path: string, report: Report) => T | undefined;

const ORIGIN = /^(https?):\/\/(?:(\*)|(\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*))(?::([0-9]{1,5}))?$/i;
const METHOD = /^[A-Z]+$/;
const NAME = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
/** What an origin without a port means. */
const DEFAULT_PORT = { http: 80, https: 443 } as const;
const PRESENT: ValueMatch = { kind: 'regex', name: 'origin', value: '(?s).*' };

export function translateCors(spec: CorsSpec, path: string, report: Report): Cors {
  const { maxAge } = spec;
  if (!Number.isInteger(maxAge) || maxAge < 1) report(ruleFaults.maxAge(`${path}.maxAge`, maxAge));
  return {
    kind: 'cors',
    origins: listed(spec.allowOrigins, `${path}.allowOrigins`, report, readOrigin),
    credentials: spec.allowCredentials === true,
    methods: listed(spec.allowMethods, `${path}.allowMethods`, report, readMethod),
    headers: listed(spec.allowHeaders, `${path}.allowHeaders`, report, readName),
    expose: listed(spec.exposeHeaders, `${path}.exposeHeaders`, report, readName),
    maxAge,
  };
}

/** `*` stands for everything, whatever else is in the list. */
function listed<T>(values: readonly string[] | undefined, path: string, report: Report, read: Read<T>) {
  if (values?.includes('*')) return 'any';
  return (values ?? []).map((value, i) => read(value, `${path}[${i}]`, report)).filter(value => value !== undefined);
}

function readOrigin(text: string, path: string, report: Report): OriginPattern | undefined {
  const [whole, name = '', any, below, host = '', digits] = ORIGIN.exec(text) ?? [];
  const scheme = name.toLowerCase() === 'https' ? 'https' : 'http';
  const port = digits === undefined ? DEFAULT_PORT[scheme] : Number(digits);
  if (whole !== undefined && port >= 1 && port <= 65535) {
    return { scheme, host: host.toLowerCase(), below: (any ?? below) !== undefined, port };
  }
  report(ruleFaults.origin(path, text));
  return undefined;
}

function readMethod(method: string, path: string, report: Report): string | undefined {
  if (METHOD.test(method)) return method;
  report(ruleFaults.unknownValue(path, method, 'methods such as GET, or *'));
  return undefined;
}

function readName(name: string, path: string, report: Report): string | undefined {
  if (NAME.test(name)) return name;
  report(ruleFaults.headerName(path, name));
  return undefined;
}

/**
 * A preflight (Fetch standard: OPTIONS with Origin and Access-Control-Request-Method) asks on behalf of the request that
 * follows, so it belongs to the rule that takes that request: for each match with a method, one for its preflights.
 */
export function preflightMatches(matches: readonly Match[]): readonly Match[] {
  return matches
    .filter(({ method }) => method !== undefined && method !== 'OPTIONS')
    .map(({ method, ...match }) => {
      const asked = { kind: 'exact', name: 'access-control-request-method', value: method! } as const;
      return { ...match, method: 'OPTIONS', headers: [...match.headers, PRESENT, asked] };
    });
}
