/** Why a rule can't be followed. It answers 500 by itself; the other rules of its route live on. */
export interface RuleFault {
  readonly reason: 'UnsupportedValue' | 'IncompatibleFilters';
  /** Position of the rule. */
  readonly rule: number;
  readonly path: string;
  readonly message: string;
}

/** A fault before it is known which rule it belongs to. */
export type Fault = Omit<RuleFault, 'rule'>;

const unsupported = (path: string, message: string): Fault => ({ reason: 'UnsupportedValue', path, message });
const quote = (text: string): string => JSON.stringify(text);

/** Everything that may be wrong with a rule. */
export const ruleFaults = {
  unknownValue: (path: string, value: string, known: string) =>
    unsupported(path, `${quote(value)} is not a value that Sluice knows; use ${known}`),
  impossiblePath: (path: string, value: string) =>
    unsupported(
      path,
      `${quote(value)} can't be the path of a request; it starts with / and has no empty or dot segments`,
    ),
  grpcName: (path: string, name: string) =>
    unsupported(
      path,
      `${quote(name)} can't be the name of a gRPC service or method; it is a name such as my.package.Service or MyMethod`,
    ),
  regexRefused: (path: string, pattern: string, why: string) =>
    unsupported(path, `RE2 refuses the regular expression ${quote(pattern)}: ${why}`),
  notBuilt: (path: string, what: string) => unsupported(path, `Sluice does not have ${what} yet`),
  memberMissing: (path: string, type: string, member: string) =>
    unsupported(path, `a filter of type ${type} needs the field ${member}`),
  repeated: (path: string, type: string) => unsupported(path, `a filter of type ${type} may stand only once in a list`),
  headerName: (path: string, name: string) => unsupported(path, `${quote(name)} is not the name of a header`),
  headerValue: (path: string, name: string) =>
    unsupported(path, `the value for ${quote(name)} has characters outside printable ASCII`),
  headerOfTheMessage: (path: string, name: string) =>
    unsupported(path, `${quote(name)} belongs to the framing of the message and can't be modified`),
  hostHeader: (path: string) =>
    unsupported(path, 'a header modifier may not change Host: use a URLRewrite filter with hostname'),
  headerTwice: (path: string, name: string) =>
    unsupported(path, `${quote(name)} is named in two actions; name it in one of set, add and remove`),
  origin: (path: string, value: string) =>
    unsupported(
      path,
      `${quote(value)} is not an origin; write it as https://example.com:8443, https://*.example.com or *`,
    ),
  share: (path: string, numerator: number, denominator: number) =>
    unsupported(path, `${numerator} of ${denominator} is not a share of the requests; it lies between none and all`),
  maxAge: (path: string, value: number) => unsupported(path, `${value} is not a number of seconds; use 1 or more`),
  hostname: (path: string, hostname: string) => unsupported(path, `${quote(hostname)} is not a DNS name`),
  port: (path: string, port: number) => unsupported(path, `${port} is not a port; use 1 to 65535`),
  statusCode: (path: string, code: number) =>
    unsupported(path, `${code} is not a status code for redirects; use 301, 302, 303, 307 or 308`),
  retryCode: (path: string, code: number) =>
    unsupported(path, `${code} is no status that can be retried; use 400 to 599`),
  attempts: (path: string, attempts: number) => unsupported(path, `${attempts} is no number of retries; use 1 or more`),
  sessionName: (path: string, what: 'cookie' | 'header', name: string) =>
    unsupported(path, `${quote(name)} is not the name of a ${what}; use letters, digits and -, for example x-session`),
  sessionHeader: (path: string, name: string) =>
    unsupported(path, `${quote(name)} means something else already and can't carry a session; use a name of your own`),
  cookiePath: (path: string, value: string) =>
    unsupported(path, `${quote(value)} is not the path of a cookie; it starts with / and has no spaces and no ;`),
  permanentWithoutEnd: (path: string) =>
    unsupported(path, 'a cookie with lifetimeType Permanent needs absoluteTimeout, longer than 0s'),
  affinity: (path: string, service: string) =>
    unsupported(
      path,
      `Service ${service} has sessionAffinity ClientIP, which excludes session persistence; set its sessionAffinity to None`,
    ),
  newPath: (path: string, value: string) =>
    unsupported(path, `${quote(value)} can't be written into a path; escape its characters as %XX`),
  prefixNotMatched: (path: string) =>
    unsupported(path, 'ReplacePrefixMatch needs a rule with exactly one match, and that of type PathPrefix'),
  redirectWithBackends: (path: string) =>
    unsupported(path, 'a rule with a RequestRedirect filter can have no backendRefs'),
  directWithBackends: (path: string) =>
    unsupported(path, 'a rule that answers by itself (DirectResponse) can have no backendRefs'),
  answersTwice: (path: string): Fault => ({
    reason: 'IncompatibleFilters',
    path,
    message: 'only one filter can answer the request: one RequestRedirect, or one DirectResponse',
  }),
  directAndRewrite: (path: string): Fault => ({
    reason: 'IncompatibleFilters',
    path,
    message: 'DirectResponse and URLRewrite exclude each other: nothing is forwarded',
  }),
  extensionElsewhere: (path: string, kind: string, places: readonly string[]) =>
    unsupported(path, `${kind} can't be a filter here; it can be one of a ${places.join(' or ')}`),
  extensionFaulty: (path: string, target: string, [first, ...others]: readonly [Fault, ...Fault[]]) =>
    unsupported(
      path,
      `${target} can't be followed: ${first.path}: ${first.message}${others.length > 0 ? ` (and ${others.length} more)` : ''}`,
    ),
  answerStatus: (path: string, code: number) =>
    unsupported(path, `${code} is not a status that an answer can have; use 200 to 599`),
  redirectAndRewrite: (path: string): Fault => ({
    reason: 'IncompatibleFilters',
    path,
    message: 'RequestRedirect and URLRewrite exclude each other',
  }),
  duration: (path: string, value: string) =>
    unsupported(path, `${quote(value)} is not a duration; write it as in 10s, 500ms or 1m30s`),
  backendRequestTooLong: (path: string, backendRequest: string, request: string) =>
    unsupported(path, `backendRequest (${backendRequest}) is longer than request (${request})`),
};
