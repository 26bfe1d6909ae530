import type { Unit } from '../ir/index.ts';
import type { Admission, Hub, HubOptions } from './hub.ts';
import { createHubServer } from './hub-server.ts';
import type { ProxyMessage } from './messages.ts';
import type { ProxyFacts } from './proxy-facts.ts';
import { type Arrival, type Listening, receive, refusal } from './reception.ts';
import { applyDelta } from './scope-units.ts';
import { createSession, type Session } from './session.ts';
import { createTurns } from './turns.ts';
import { createUnitTexts } from './unit-texts.ts';
import { createWaits } from './waits.ts';

const SILENT_AFTER = 5_000;
const HEARTBEAT = 5_000;
const HELLO_TIME = 5_000;
/** Proxies show their token three times as often. */
const TRUST = 1_800_000;
const STRANGERS = { perAddress: 32, inAll: 512 };
/** Who say what they have, which may be much, at the same time. */
const ARRIVING = { perGroup: 2, inAll: 16 };
/** Proxies of one scope: who may start one in it shall not take all memory. */
const MOST = 1_000;

type Refusal = Extract<Admission, { kind: 'refused' }>;

/** A data plane. */
interface Scope {
  readonly units: Map<string, Unit>;
  /** What it holds is known: something was published. */
  isKnown: boolean;
  /** By name. */
  readonly sessions: Map<string, Session>;
}

export function createHub(options: HubOptions): Hub {
  const { silentAfter = SILENT_AFTER, heartbeat = HEARTBEAT, helloTime = HELLO_TIME, onChange } = options;
  const { strangers = STRANGERS, trust = TRUST } = options;
  const { textOf } = createUnitTexts();
  const scopes = new Map<string, Scope>();
  const waits = createWaits<Session>();
  const turns = createTurns(ARRIVING);
  let turn = 0;
  let state: 'open' | { readonly leader: string | undefined } = 'open';

  const server = createHubServer({
    ...options,
    helloTime,
    strangers,
    onConnection(socket, address, arrived) {
      receive({
        socket,
        admit,
        helloTime,
        heartbeat,
        trust,
        turns,
        onArrival(arrival) {
          arrived();
          return join(arrival);
        },
        onRefused: (reason, name) => options.onRefused?.({ address, reason, ...(name !== undefined && { name }) }),
      });
    },
    onRefused: (address, reason) => options.onRefused?.({ address, reason }),
  });

  function scopeOf(name: string): Scope {
    const scope = scopes.get(name) ?? { units: new Map(), isKnown: false, sessions: new Map() };
    scopes.set(name, scope);
    return scope;
  }

  /** Undefined: we are the one to ask. */
  function away(): Refusal | undefined {
    return state === 'open' ? undefined : elsewhere(state.leader);
  }

  async function admit(token: string, facts: ProxyFacts): Promise<Admission> {
    const admission = away() ?? (await options.admit(token, facts));
    if (admission.kind === 'refused' || away()) return away() ?? admission;
    const others = scopes.get(admission.scope)?.sessions;
    return others && others.size >= MOST && !others.has(facts.name) ? TOO_MANY : admission;
  }

  function join({ scope: name, facts, leaving, known, channel }: Arrival): Listening | undefined {
    const refused = away();
    if (refused) {
      channel.end(refusal(refused.reason, refused.leader));
      return undefined;
    }
    const scope = scopeOf(name);
    const former = scope.sessions.get(facts.name);
    const session = createSession({
      facts,
      leaving,
      known,
      channel,
      textOf,
      silentAfter,
      onChange: () => onChange(name),
      onProgress: () => waits.progress(session),
    });
    scope.sessions.set(facts.name, session);
    former?.channel.end(refusal('another connection of this proxy has taken its place'));
    if (scope.isKnown) session.begin(scope.units, turn);
    onChange(name);
    return {
      onMessage: message => hear(session, message),
      onDrain: session.drained,
      onClose() {
        session.end();
        if (scope.sessions.get(facts.name) !== session) return;
        scope.sessions.delete(facts.name);
        if (scope.sessions.size === 0 && !scope.isKnown && scopes.get(name) === scope) scopes.delete(name);
        onChange(name);
      },
    };
  }

  function sendAway(scope: Scope | undefined, reason: string, leader?: string): void {
    for (const { channel } of [...(scope?.sessions.values() ?? [])]) channel.end(refusal(reason, leader));
  }

  return {
    start: server.start,
    publish(name, delta) {
      const scope = scopeOf(name);
      const changes = applyDelta(scope.units, delta);
      turn++;
      for (const session of scope.sessions.values()) {
        if (scope.isKnown) session.publish(changes, turn);
        else session.begin(scope.units, turn);
      }
      scope.isKnown = true;
    },
    drop(name) {
      const scope = scopes.get(name);
      scopes.delete(name);
      sendAway(scope, 'its data plane is gone');
    },
    proxies(name) {
      const sessions = [...(scopes.get(name)?.sessions.values() ?? [])];
      return sessions.map(session => session.facts()).sort((a, b) => (a.facts.name < b.facts.name ? -1 : 1));
    },
    taken(names = scopes.keys()) {
      const sessions = [...names].flatMap(name => [...(scopes.get(name)?.sessions.values() ?? [])]);
      return waits.until(turn, sessions);
    },
    admitting(next) {
      state = next;
      if (next === 'open') return;
      const { reason, leader } = elsewhere(next.leader);
      for (const scope of [...scopes.values()]) sendAway(scope, reason, leader);
    },
    close: server.close,
  };
}

function hear(session: Session, message: ProxyMessage): void {
  switch (message.type) {
    case 'ack':
      session.acknowledge(message);
      return;
    case 'outcome':
      session.tell(message.outcome);
      return;
    case 'leaving':
      session.leave();
      return;
    case 'hello':
    case 'token':
    case 'known':
    case 'ping':
      return;
  }
}

const TOO_MANY: Refusal = { kind: 'refused', reason: `its data plane has ${MOST} proxies, and no more are taken` };

function elsewhere(leader: string | undefined): Refusal {
  const reason = 'this controller is not the leader';
  return { kind: 'refused', reason, ...(leader !== undefined && { leader }) };
}
