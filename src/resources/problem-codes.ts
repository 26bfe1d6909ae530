import type { Severity } from './problem.ts';

/** What one code means; its page is `docs/problems/CODE.md`. */
export interface CodeEntry {
  /** The usual one: a problem may say another where it stands. */
  readonly severity: Severity;
  /** One line without a full stop. */
  readonly title: string;
}

const error = (title: string): CodeEntry => ({ severity: 'error', title });
const warning = (title: string): CodeEntry => ({ severity: 'warning', title });
const info = (title: string): CodeEntry => ({ severity: 'info', title });

/** Every code that a problem can have: a new problem needs a line here and a page. */
export const PROBLEM_CODES = {
  // Files and documents
  DirectoryUnreadable: error('A directory cannot be read'),
  FileTooLarge: error('A file is larger than a file of manifests may be'),
  FileUnreadable: error('A file cannot be read'),
  InvalidYaml: error('A document is neither YAML nor JSON'),
  NotAManifest: info('A document of a folder is no Kubernetes object and is left out'),
  NotAnObject: error('A document is no object with apiVersion and kind'),
  NotUtf8: error('A file is not in UTF-8'),
  PathGone: warning('A path that manifests are read from is gone'),
  WatchLimit: warning('The system lets Sluice watch no more directories'),

  // Objects
  DeprecatedVersion: info('An object is written in an older version of its kind'),
  Duplicate: error('An item of a list repeats another one'),
  DuplicateObject: error('An object stands in two places'),
  InvalidCombination: error('Fields exclude or need one another'),
  InvalidValue: error('A value does not have the form of its field'),
  MoreProblems: warning('An object has more problems than are listed'),
  NoSuchKind: error('There is no such kind in the Gateway API'),
  OutOfRange: error('A number is too small or too large'),
  Required: error('A field that must be there is missing'),
  TooFew: error('A list has too few items'),
  TooLong: error('A text is too long'),
  TooMany: error('A list or map has too many entries'),
  TooShort: error('A text is too short'),
  UnknownField: warning('A field does not exist and is ignored'),
  UnknownKind: info('Sluice does not read objects of this kind'),
  UnknownVersion: error('There is no such version of the kind'),
  UnsupportedValue: error('A value is none of those that Sluice knows'),
  WrongType: error('A value is of another type than its field'),

  // Objects that are read as they are meant
  MendedApiVersion: warning('apiVersion is wrong and read as it is meant'),
  MendedField: warning('A field has an old name and is read under the new one'),
  MendedForwardTo: warning('forwardTo is read as backendRefs'),
  MendedGroup: warning('A reference names a group that does not exist and is read as it is meant'),
  MendedHeaders: warning('Header matches of v1alpha1 are read as a list'),
  MendedMirrorPercent: warning('The share of a mirror stands in the wrong place'),
  MendedPath: warning('A path match is a text and read as a PathPrefix'),
  MendedPathType: warning('Path type Prefix is read as PathPrefix'),
  MendedRetryBudget: warning('A retry budget stands in fields that do not exist'),

  // Gateways and their classes
  AddressNotAssigned: error('A Gateway has no address'),
  AddressNotUsable: error('An address that a Gateway asks for cannot be used'),
  Conflicted: error('An older policy has the same target'),
  FieldNotServed: warning('Sluice does not act on this field yet'),
  GatewayClassNotFound: warning('A Gateway names a GatewayClass that does not exist'),
  HostnameConflict: error('Two listeners of a Gateway have the same port and hostname'),
  InvalidCACertificateKind: error('Authorities are referred to in a kind that cannot hold them'),
  InvalidCACertificateRef: error('A reference names authorities that cannot be used'),
  InvalidClientCertificateRef: error('The certificate to show to backends cannot be used'),
  InvalidCertificateRef: error('A listener names a certificate that cannot be used'),
  InvalidParameters: error('parametersRef names something that cannot be followed'),
  InvalidRouteKinds: error('A listener allows kinds of routes that it cannot take'),
  InvalidTLSConfig: error('A listener for HTTPS has no certificate'),
  KindNotServed: info('Sluice reads this kind and does not act on it yet'),
  ListenersNotValid: error('No listener of a Gateway is accepted'),
  NotAllowed: error('A Gateway does not take the listeners of a ListenerSet'),
  NoValidCACertificate: error('There is no authority to judge certificates by'),
  NothingServed: warning('There is no listener that could be served'),
  PortMapped: warning('A port is served under another number'),
  PortUnavailable: error('A port cannot be listened on'),
  ProtocolConflict: error('Two listeners want one port for different protocols'),
  ProxySilent: warning('Proxies of a Gateway do not answer'),
  RejectedByProxy: error('A proxy cannot follow a part of its configuration'),
  SelfSigned: warning('A certificate was made for a Secret that is not there'),
  UnsupportedAddress: error('A Gateway asks for an address of a type that Sluice does not know'),
  UnsupportedVersion: warning('The API server has a version of the Gateway API that Sluice does not know'),

  // Routes and where they attach
  IncompatibleFilters: error('Filters of a rule exclude one another'),
  NoMatchingListenerHostname: error('A route and its listeners have no hostname in common'),
  NoMatchingParent: error('A route names a listener that its Gateway does not have'),
  NoParentRefs: warning('A route names no Gateway'),
  NotAllowedByListeners: error('A Gateway does not take the route'),
  OlderRouteServes: warning('An older route gets all connections of a listener'),
  ParentKindNotServed: warning('A route names a parent that Sluice does not serve'),
  ParentNotFound: warning('A parent is named that does not exist'),
  ParentOfAnotherController: info('The Gateway of a route belongs to another controller'),

  // References
  BackendNotFound: error('A backend, or its port, does not exist'),
  InvalidKind: error('A reference names a kind that cannot stand there'),
  RefNotPermitted: error('No ReferenceGrant permits a reference to another namespace'),
  UnsupportedProtocol: error('Sluice does not speak a protocol yet'),

  // Lint: what is valid and yet hardly meant
  BackendWithoutEndpoints: warning('A backend has no endpoints'),
  CertificateExpired: warning('A certificate is not valid today'),
  HostnameTaken: warning('A more specific listener takes the requests of a hostname'),
  HostnamesOverlap: warning('Routes of two namespaces claim the same requests'),
  LiteralStar: warning('A star in a path stands for itself'),
  ListenerWithoutRoutes: info('No route attaches to a listener'),
  MirrorBesideAnswer: warning('A mirror does nothing where a rule answers by itself'),
  PolicyWithoutTarget: warning('A policy targets what does not exist'),
  RegexCannotMatch: warning('No request can match a regular expression'),
  RedirectLoop: warning('A redirect leads to where it comes from'),
  RuleWithoutBackends: warning('A rule has no backends and does not answer by itself'),
  SameSessionName: warning('Rules of one host keep their sessions under one name'),
  TrailingSlash: info('An exact path that ends in a slash misses the path without it'),
  UnreachableRule: warning('No request can reach a rule or match'),
  ZeroWeights: warning('All backends of a rule have the weight 0'),

  // The running gateway
  AddressNotPublic: error('A name leads to addresses that are not of the public internet'),
  HostNotResolved: error('The host of a backend cannot be resolved'),
  InternalError: error('Sluice has made a mistake'),
  OverrideNotUsed: warning('A program stands in for a backend that does not exist'),
  SavedConfigNotUsable: error('The saved configuration of a proxy cannot be used'),
  WorkerDied: error('A worker of the data plane stopped'),
  WorkerSilent: error('A worker of the data plane did not take over a change in time'),
  WorkerUnbound: error('A worker of the data plane lacks a socket'),

  // API servers and the controller
  ApiServerError: error('The API server refuses a request'),
  ApiServerUnreachable: error('The API server cannot be reached'),
  Forbidden: error('A right is missing'),
  LeaseFailed: error('The Lease cannot be held'),
  LeaseNamespaceNotFound: error('The namespace of the Lease does not exist'),
  LinesLeftOut: warning('An object changes so often that not every line is printed'),
  NoGatewayAPI: warning('The Gateway API is not installed'),
  NotProvisioned: error('A data plane cannot be made as it is wanted'),
  ProvisionContested: warning('Something else changes what Sluice makes for a Gateway'),
  ServerCertificateUnusable: error('The certificate that the controller shows to proxies cannot be used'),
  StatusContested: warning('Something else changes the statuses that Sluice writes'),
  StatusNotWritten: warning('A status could not be written for some time'),
  StatusRefused: error('The API server refuses a status'),
  Unauthorized: error('The API server refuses the credentials'),
  VersionNotServed: error('The API server serves no version of a kind that Sluice reads'),
  Waiting: warning('The controller waits for the API server'),
} as const satisfies Readonly<Record<string, CodeEntry>>;

/** Stable: users filter by it. */
export type ProblemCode = keyof typeof PROBLEM_CODES;

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEM_CODES, text);
}
