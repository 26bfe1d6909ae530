import type { ConfigView } from '../../explain/index.ts';
import type { Unit } from '../../ir/index.ts';
import type { ProxyOptions } from '../../proxy/index.ts';
import type { MemoryProber } from '../../testing/index.ts';
import { createExplainOnDemand, type ExplainOnDemand } from '../explain-on-demand.ts';
import type { Gateway } from './gateway.ts';
import type { BackendHandler } from './handlers.ts';
import type { MemoryRequests } from './memory-requests.ts';
import { questionOf } from './request.ts';

export interface AnsweringParts {
  /** What speaks of the configuration by then. */
  present(): Promise<{ readonly view: ConfigView }>;
  /** It is served: backends without endpoints are not taken for granted. */
  live(): boolean;
  /** The configuration that another one is compared with. */
  unitsOf(other: Parameters<Gateway['diff']>[0]): Promise<readonly Unit[]>;
  readonly handlers: ReadonlyMap<string, BackendHandler>;
  readonly proxy: Partial<ProxyOptions> | undefined;
}

/** Answers from memory. The code of each kind of answer, and a data plane in memory, are had with the first that is asked for. */
export interface Answering extends Pick<Gateway, 'request' | 'explain' | 'diff' | 'lint' | 'probe'> {
  close(): void;
}

export function createAnswering({ present, live, unitsOf, handlers, proxy }: AnsweringParts): Answering {
  let requests: MemoryRequests | undefined;
  let explained: { readonly view: ConfigView; readonly by: ExplainOnDemand } | undefined;
  let prober: MemoryProber | undefined;

  async function inMemory(): Promise<MemoryRequests> {
    const { createMemoryRequests } = await import('./memory-requests.ts');
    requests ??= createMemoryRequests(handlers, proxy);
    return requests;
  }

  /** Another one when another view speaks: that of what is served. */
  function explainerOf(view: ConfigView): ExplainOnDemand {
    if (explained?.view !== view) {
      explained?.by.close();
      explained = { view, by: createExplainOnDemand(view, { proxy, ...(live() && { echo: false }) }) };
    }
    return explained.by;
  }

  return {
    async request(url, options) {
      const [{ view }, memory] = await Promise.all([present(), inMemory()]);
      return memory.send(view.units, url, options);
    },
    async explain(url, options) {
      const { view } = await present();
      const answer = await explainerOf(view).explain(questionOf(url, options));
      if ('refused' in answer) throw new TypeError(`explain: ${answer.refused}`);
      return answer;
    },
    async diff(other) {
      const { diffUnits } = await import('../../explain/index.ts');
      return diffUnits((await present()).view.units, await unitsOf(other));
    },
    async lint() {
      const { lint } = await import('../../explain/index.ts');
      return lint((await present()).view);
    },
    async probe(request) {
      const [{ view }, { createProber }] = await Promise.all([present(), import('../../testing/index.ts')]);
      prober ??= createProber();
      prober.follow(view.units);
      return prober.probe(request);
    },
    close() {
      requests?.close();
      explained?.by.close();
      prober?.close();
    },
  };
}
