import type { Match, PathMatch } from '../../ir/index.ts';
import type { GRPCRoute } from '../../resources/index.ts';
import { type Fault, ruleFaults } from '../status/rule-faults.ts';
import { DEFAULT_MATCH, headerMatches } from './matches.ts';
import { regexFault } from './regex.ts';

type Report = (fault: Fault) => void;
type GRPCMatch = NonNullable<NonNullable<GRPCRoute['spec']['rules']>[number]['matches']>[number];
type MethodMatch = NonNullable<GRPCMatch['method']>;

/** GRPCMethodMatch of type Exact: names of protobuf; anything else could be another path than it seems. */
const SERVICE = /^\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$/i;
const METHOD = /^[a-z_][a-z_0-9]*$/i;
const ANY_NAME = '[^/]+';
/** The longest name that the API allows, and more: a service outweighs any method. */
const LONGEST_METHOD = 2048;

/**
 * The matches of a rule of a GRPCRoute, as conditions on the path `/service/method` (gRPC over HTTP/2, Requests). As in
 * HTTPRoute, what can't be understood stands for all that it might have meant: a method for every one of its service, a header
 * for every value; a service of which nothing is known matches nothing.
 */
export function translateMethodMatches(matches: readonly GRPCMatch[], path: string, report: Report): readonly Match[] {
  if (matches.length === 0) return [DEFAULT_MATCH];
  return matches.flatMap(({ method, headers }, index) => {
    const at = `${path}[${index}]`;
    const asked = method ? methodPath(method, `${at}.method`, report) : DEFAULT_MATCH.path;
    const values = headerMatches(headers ?? [], `${at}.headers`, report);
    return asked ? [{ path: asked, headers: values, query: [] }] : [];
  });
}

function methodPath(match: MethodMatch, at: string, report: Report): PathMatch | undefined {
  switch (match.type) {
    case 'Exact':
      return exactMethod(match, at, report);
    case 'RegularExpression':
      return methodExpression(match, at, report);
    default:
      report(ruleFaults.unknownValue(`${at}.type`, match.type, 'Exact or RegularExpression'));
      return undefined;
  }
}

function exactMethod({ service = '', method = '' }: MethodMatch, at: string, report: Report): PathMatch | undefined {
  if (service !== '' && !SERVICE.test(service)) {
    report(ruleFaults.grpcName(`${at}.service`, service));
    return undefined;
  }
  const known = method === '' || METHOD.test(method);
  if (!known) report(ruleFaults.grpcName(`${at}.method`, method));
  if (!known) return service === '' ? undefined : { kind: 'prefix', value: `/${service}` };
  if (service !== '' && method !== '') return { kind: 'exact', value: `/${service}/${method}` };
  if (service !== '') return { kind: 'prefix', value: `/${service}` };
  if (method !== '') return { kind: 'regex', value: `/${ANY_NAME}/${method}`, rank: rankOf('', method) };
  return DEFAULT_MATCH.path;
}

function methodExpression(
  { service = '', method = '' }: MethodMatch,
  at: string,
  report: Report,
): PathMatch | undefined {
  if (service === '' && method === '') return DEFAULT_MATCH.path;
  const ofService = part(service, `${at}.service`, report);
  const ofMethod = part(method, `${at}.method`, report);
  if (ofService === undefined || (service === '' && ofMethod === undefined)) return undefined;
  const value = `/${ofService}/${ofMethod ?? ANY_NAME}`;
  const why = regexFault(value);
  if (why === undefined) return { kind: 'regex', value, rank: rankOf(service, method) };
  report(ruleFaults.regexRefused(at, value, why));
  return undefined;
}

/** Each for itself, so that none can reach into the other. */
function part(pattern: string, at: string, report: Report): string | undefined {
  if (pattern === '') return ANY_NAME;
  const why = regexFault(pattern);
  if (why !== undefined) report(ruleFaults.regexRefused(at, pattern, why));
  return why === undefined ? `(?:${pattern})` : undefined;
}

/** GRPCRouteRule.matches: most characters of the service, then of the method; below 1 where no service is named. */
function rankOf(service: string, method: string): number {
  return service.length + method.length / LONGEST_METHOD;
}
