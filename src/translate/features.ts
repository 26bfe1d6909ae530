/** Names of pkg/features of Gateway API: what works here, and nothing else, for the conformance suite goes by it. */
const FEATURES = [
  'BackendTLSPolicy',
  'BackendTLSPolicySANValidation',
  'Gateway',
  'GatewayAddressEmpty',
  'GatewayBackendClientCertificate',
  'GatewayFrontendClientCertificateValidation',
  'GatewayFrontendClientCertificateValidationInsecureFallback',
  'GatewayHTTPListenerIsolation',
  'GatewayHTTPSListenerDetectMisdirectedRequests',
  'GatewayPort8080',
  'GatewayStaticAddresses',
  'GRPCRoute',
  'GRPCRouteNamedRouteRule',
  'HTTPRoute',
  'HTTPRoute303RedirectStatusCode',
  'HTTPRoute307RedirectStatusCode',
  'HTTPRoute308RedirectStatusCode',
  'HTTPRouteBackendProtocolH2C',
  'HTTPRouteBackendProtocolWebSocket',
  'HTTPRouteBackendRequestHeaderModification',
  'HTTPRouteBackendTimeout',
  'HTTPRouteCORS',
  'HTTPRouteDestinationPortMatching',
  'HTTPRouteHostRewrite',
  'HTTPRouteMethodMatching',
  'HTTPRouteNamedRouteRule',
  'HTTPRouteParentRefPort',
  'HTTPRoutePathRedirect',
  'HTTPRoutePathRewrite',
  'HTTPRoutePortRedirect',
  'HTTPRouteQueryParamMatching',
  'HTTPRouteRequestMirror',
  'HTTPRouteRequestMultipleMirrors',
  'HTTPRouteRequestPercentageMirror',
  'HTTPRouteRequestTimeout',
  'HTTPRouteResponseHeaderModification',
  'HTTPRouteRetry',
  'HTTPRouteRetryBackendTimeout',
  'HTTPRouteRetryConnectionError',
  'HTTPRouteSchemeRedirect',
  'ListenerSet',
  'ReferenceGrant',
  'TCPRoute',
  'TLSRoute',
  'TLSRouteModeMixed',
  'TLSRouteModeTerminate',
  'UDPRoute',
];

/** Those whose fields only the CRDs of the experimental channel have: an API server with the others drops what is written. */
const EXPERIMENTAL = /^HTTPRouteRetry/;

/** Those that need pods, Services and such of a Gateway's own. */
const PROVISIONED = ['GatewayInfrastructure'];

/** What decides which features there are. */
export interface Setting {
  /** HTTPRoutes lack the fields of the experimental channel. */
  readonly standard: boolean;
  /** Gateways get proxies of their own in the cluster. */
  readonly provisions: boolean;
}

/** GatewayClass.status.supportedFeatures: ascending by name, as the API demands. */
export function supportedFeatures({ standard, provisions }: Setting): readonly { readonly name: string }[] {
  return [...FEATURES, ...(provisions ? PROVISIONED : [])]
    .filter(name => !standard || !EXPERIMENTAL.test(name))
    .sort()
    .map(name => ({ name }));
}
