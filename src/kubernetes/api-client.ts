/** Why a request came to nothing. */
export interface ApiFailure {
  /** HTTP status; 0: there was no answer, or none that makes sense. */
  readonly status: number;
  /**
   * `reason` of metav1.Status (NotFound, Conflict, Forbidden, Expired …); `Unreachable` where there was no answer,
   * `Unreadable` where it made no sense.
   */
  readonly reason: string;
  /** For the user: one line, without secrets. */
  readonly message: string;
}

export type Reply =
  | { readonly kind: 'ok'; readonly body: unknown }
  | { readonly kind: 'failed'; readonly failure: ApiFailure };

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default `application/json`; PATCH needs `application/merge-patch+json`, or see `applyObject`. */
  readonly contentType?: string;
  /** Default `application/json`; see `PARTIAL_METADATA`. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** An event of a watch, as the API server sends it. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

/** One API server. Nothing here throws on what the server says or on a lost connection. */
export interface ApiClient {
  /** URL, for messages. */
  readonly server: string;
  request(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options?: RequestOptions): Promise<Reply>;
  /** Streams events until the server ends the watch (undefined), `signal` aborts it (undefined) or it fails. */
  watch(
    path: string,
    options: RequestOptions & {
      readonly onEvent: (event: WatchEvent) => void;
      /** The server has taken the watch; events may follow. */
      readonly onOpen?: () => void;
    },
  ): Promise<ApiFailure | undefined>;
  close(): void;
}

/** `Accept` that asks for metadata only. A watch must ask for the objects, not for their list: else it tells nothing. */
export const PARTIAL_METADATA = {
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
  watch: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
} as const;
