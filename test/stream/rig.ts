import { after } from 'node:test';
import type { Delta } from '../../src/ir/index.ts';
import {
  type Admission,
  createHub,
  createSubscription,
  type Hub,
  type HubOptions,
  type Outcome,
  type Subscription,
  type SubscriptionOptions,
} from '../../src/stream/index.ts';
import { makeAuthority, makeCertificate } from '../tls/certificates.ts';
import { createUnitMap, type UnitMap } from './unit-map.ts';

export const SERVER_NAME = 'sluice-controller.test';
export const AUTHORITY = makeAuthority('the authority of the test');
const PAIR = makeCertificate({ names: [SERVER_NAME], issuer: AUTHORITY });
export const CREDENTIALS = { key: PAIR.key, cert: PAIR.certificate };
export const NO_COMPLAINT: Outcome = { failures: [], rejections: [] };
/** Tests wait for nothing but what comes. */
const PAUSES = { first: 5, most: 40 };

export interface RunningHub {
  readonly hub: Hub;
  readonly port: number;
  readonly address: string;
  /** Scopes that changed, in order. */
  readonly changes: readonly string[];
  /** Reasons. */
  readonly refusals: readonly string[];
}

/** The token says the scope: `scope:x`. */
export async function startHub(options: Partial<HubOptions> = {}): Promise<RunningHub> {
  const changes: string[] = [];
  const refusals: string[] = [];
  const hub = createHub({
    host: '127.0.0.1',
    port: 0,
    credentials: () => CREDENTIALS,
    admit: async token => admission(token),
    onChange: scope => changes.push(scope),
    onRefused: ({ reason }) => refusals.push(reason),
    ...options,
  });
  after(() => hub.close());
  const { port } = await hub.start();
  return { hub, port, address: `127.0.0.1:${port}`, changes, refusals };
}

export function admission(token: string): Admission {
  const [word, scope] = token.split(':');
  return word === 'scope' && scope
    ? { kind: 'admitted', scope }
    : { kind: 'refused', reason: 'the token is of nobody' };
}

export interface TestProxy {
  readonly subscription: Subscription;
  readonly units: UnitMap;
  /** In order. */
  readonly deltas: readonly Delta[];
  /** The last. */
  reason(): string;
  isConnected(): boolean;
}

export interface TestProxyOptions extends Partial<SubscriptionOptions> {
  readonly address: string;
  readonly name?: string;
  readonly scope?: string;
  readonly units?: UnitMap;
  /** What becomes of a delta, when it is in `units`. */
  readonly obey?: (delta: Delta) => Promise<Outcome>;
}

export function startProxy(options: TestProxyOptions): TestProxy {
  const { address, name = 'ns/pod', scope = 'x', units = createUnitMap(), obey = async () => NO_COMPLAINT } = options;
  const deltas: Delta[] = [];
  const subscription = createSubscription({
    controller: address,
    serverName: SERVER_NAME,
    token: async () => `scope:${scope}`,
    authorities: async () => AUTHORITY.certificate,
    facts: { name, version: '1.2.3', hostAddresses: ['192.0.2.1'], podAddresses: ['10.1.1.1'] },
    known: units.units,
    apply(delta) {
      deltas.push(delta);
      units.apply(delta);
      return obey(delta);
    },
    onState: () => {},
    pauses: PAUSES,
    ...options,
  });
  after(subscription.close);
  subscription.start();
  return {
    subscription,
    units,
    deltas,
    reason() {
      const state = subscription.state();
      return state.kind === 'waiting' ? state.reason : '';
    },
    isConnected: () => subscription.state().kind === 'connected',
  };
}
