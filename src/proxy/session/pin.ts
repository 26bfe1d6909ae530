import type { Core } from '../core.ts';
import { endpointKey } from '../endpoint-key.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { Target } from '../plan.ts';
import type { PooledEndpoint } from '../upstream/pool.ts';
import { findTokens } from './find-tokens.ts';
import type { Opened } from './opened-tokens.ts';
import type { SessionPlan } from './session-plan.ts';

type Context = Pick<Core, 'tokens' | 'clusters'>;

/**
 * The session of one request: where the one before it was answered, and what the client is told when that is another place
 * now. One object per client connection that had a session, used for one request after another.
 */
export class Pin {
  private readonly core: Context;
  private plan: SessionPlan | undefined = undefined;
  private secure = false;
  private endpoint: PooledEndpoint | undefined = undefined;
  /** `address:port` of the endpoint that the request should go to. */
  preferred: string | undefined = undefined;

  constructor(core: Context) {
    this.core = core;
  }

  /**
   * The target that the request's session is with; undefined: it begins one, anywhere. `secure`: the client speaks https.
   * Where only the endpoint is gone, the backend remains, so that its share of the sessions does; but one of weight 0
   * gets no new sessions.
   */
  find(plan: SessionPlan, head: RequestHead, secure: boolean): Target | undefined {
    this.plan = plan;
    this.secure = secure;
    this.endpoint = undefined;
    this.preferred = undefined;
    let remaining: Target | undefined;
    for (const text of findTokens(head, plan.carried)) {
      const opened = this.core.tokens.open(text, plan.binding);
      const target = opened && this.targetOf(opened, plan);
      if (target === undefined) continue;
      const endpoints = this.core.clusters.get(target.backend!)?.endpoints;
      this.endpoint = endpoints?.named(opened!.endpoint);
      if (this.endpoint !== undefined) {
        this.preferred = opened!.endpoint;
        return target;
      }
      if (target.weight > 0 && endpoints !== undefined && endpoints.size > 0) remaining ??= target;
    }
    return remaining;
  }

  private targetOf({ issued, share }: Opened, { lifetime, shares }: SessionPlan): Target | undefined {
    if (this.core.tokens.now() - issued >= lifetime) return undefined;
    return shares.find(({ key }) => key === share)?.target;
  }

  /** The line that tells the client of its session; undefined if `endpoint`, which answered, is where it was before. */
  line(target: Target, endpoint: PooledEndpoint | undefined): string | undefined {
    const { plan, secure } = this;
    if (plan === undefined || endpoint === undefined || endpoint === this.endpoint) return undefined;
    const share = plan.shares.find(one => one.target === target);
    if (share === undefined) return undefined;
    const token = this.core.tokens.seal(plan.binding, share.key, endpointKey(endpoint));
    return plan.line + token + (secure ? plan.secureEnd : plan.end);
  }
}
