/** What a proxy tells whoever started it. Times are in ms. */
export type AgentEvent =
  | { readonly event: 'connected'; readonly controller: string }
  /** Without a controller, and why. What was taken is served all the same. */
  | { readonly event: 'waiting'; readonly reason: string }
  /** A configuration is served: what was saved, or the first of the controller. */
  | { readonly event: 'live'; readonly from: 'saved' | 'controller'; readonly units: number; readonly ms: number }
  /** A change of it is; endpoints alone come and go unsaid. `unit`: the first of `units`. */
  | { readonly event: 'change'; readonly unit: string; readonly units: number; readonly ms: number }
  | { readonly event: 'ready'; readonly ms: number; readonly health?: string; readonly admin?: string }
  | { readonly event: 'problem' | 'solved'; readonly problem: AgentProblem }
  /** New connections are taken for `delay` more, then what is under way may take up to `most`. */
  | { readonly event: 'draining'; readonly delay: number; readonly most: number };

export interface AgentProblem {
  readonly severity: 'error';
  readonly code:
    | 'InternalError'
    | 'PortUnavailable'
    | 'RejectedByProxy'
    | 'SavedConfigNotUsable'
    | 'WorkerDied'
    | 'WorkerSilent'
    | 'WorkerUnbound';
  readonly message: string;
}
