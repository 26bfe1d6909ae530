/** Routing tests: requests, and what must come of them. The same in YAML and in a module (`defineTest`). */
export interface TestSuite {
  /** Files and folders of manifests, relative to the file of the tests. */
  readonly manifests?: readonly string[];
  readonly tests: readonly RoutingTest[];
}

export interface RoutingTest {
  /** Default: the method and URL of the request. */
  readonly name?: string;
  readonly request: TestRequest;
  readonly expect: Expectation;
}

/** A request as it goes over the wire: nothing of it is normalised or completed but the Host header. */
export interface TestRequest {
  /** Default GET. */
  readonly method?: string;
  /**
   * `http://host[:port]/path?query`, also with https, or a call: `grpc://host[:port]/package.Service/Method` (`grpcs`: over TLS). The
   * port is that of a listener in the manifests, by default 80, with TLS 443.
   */
  readonly url: string;
  /** SNI, where it is not the host of the URL; '' for none. */
  readonly serverName?: string;
  /** By name; `host` replaces the Host header that the URL makes. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** IP address of the client; default 127.0.0.1. */
  readonly client?: string;
  /** `namespace/name` of the Gateway; needed only where several have the port, each at an address of its own. */
  readonly gateway?: string;
}

/**
 * What must come of a request. What is not named is not compared. Where several backends share the requests of a rule, the
 * request is put to each, and all answers must be as expected.
 */
export interface Expectation {
  /** `namespace/name`, or `name` in the namespace default; `none`: no rule takes the request. */
  readonly route?: string;
  /** Position of the rule in the route, from 0, or its name. */
  readonly rule?: number | string;
  readonly ruleName?: string;
  /** Position of the match in the rule, from 0. */
  readonly match?: number;
  /**
   * `[namespace/]name[:port]` of the Service that gets every such request; without a namespace, one in that of the route. A
   * list: exactly these share the requests. `none`: no backend is asked.
   */
  readonly backend?: string | readonly string[];
  /** As `backend`: all that get a copy of such requests, or of a share of them; an empty list: none does. */
  readonly mirrors?: readonly string[];
  /** Of the answer: 200 from every backend. */
  readonly status?: number;
  /** `[namespace/]name` of the Secret whose certificate the client is shown. */
  readonly certificate?: string;
  /** Headers of the answer, by name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Names of headers that the answer has, whatever their values. */
  readonly presentHeaders?: readonly string[];
  readonly absentHeaders?: readonly string[];
  /** The Location header. */
  readonly location?: string;
  /** Of the answer; backends answer without one. */
  readonly body?: string;
  readonly backendSees?: Sight;
}

/** What the backend receives. */
export interface Sight {
  readonly method?: string;
  /** Path and query. */
  readonly path?: string;
  /** The Host header. */
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly present?: readonly string[];
  readonly absent?: readonly string[];
}
