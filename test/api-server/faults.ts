/** Which requests a fault is for; what is absent does not matter. */
export interface FaultMatch {
  readonly method?: string;
  /** Tested against path and query. */
  readonly path?: RegExp;
  readonly watch?: boolean;
  /** How many requests have it; default all. */
  readonly times?: number;
}

/** What happens to such a request instead. */
export type Fault =
  /** A metav1.Status of that code; `retryAfter` in s. */
  | { readonly kind: 'status'; readonly code: number; readonly message?: string; readonly retryAfter?: number }
  /** 200 with this text for a body. */
  | { readonly kind: 'garbage'; readonly text: string }
  /** Answered as it should be, that many ms later. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Never answered. */
  | { readonly kind: 'silence' }
  /** The connection is reset. */
  | { readonly kind: 'reset' };

export interface FaultyRequest {
  readonly method: string;
  readonly url: string;
  readonly watch: boolean;
}

/** The faults that are switched on. */
export interface FaultTable {
  /** Switches one on; the function given back switches it off. */
  add(match: FaultMatch, fault: Fault): () => void;
  /** The first that fits. */
  take(request: FaultyRequest): Fault | undefined;
  clear(): void;
}

interface Entry {
  readonly match: FaultMatch;
  readonly fault: Fault;
  left: number;
}

export function createFaultTable(): FaultTable {
  const entries = new Set<Entry>();
  return {
    add(match, fault) {
      const entry = { match, fault, left: match.times ?? Number.POSITIVE_INFINITY };
      entries.add(entry);
      return () => entries.delete(entry);
    },
    take(request) {
      const entry = [...entries].find(each => each.left > 0 && fits(each.match, request));
      if (entry) entry.left--;
      return entry?.fault;
    },
    clear: () => entries.clear(),
  };
}

function fits({ method, path, watch }: FaultMatch, request: FaultyRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (watch !== undefined && watch !== request.watch) return false;
  return path?.test(request.url) ?? true;
}
