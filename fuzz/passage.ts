import { type Message, valuesOf } from './reading.ts';

/** Fields of one hop, which may not reach the next. */
const OF_THE_HOP = ['keep-alive', 'proxy-connection', 'http2-settings', 'content_length', 'transfer_encoding'];
/** Targets that are normal already: they must come as they are. */
const NORMAL = /^(\/(?!\.*(\/|\?|$))[\w.~!$&'()*+,;=:@-]+)+\/?(\?.*)?$|^\/(\?.*)?$/;
const NOT_BEHIND_A_BODY = /^(host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect|via):/i;

/** What is wrong with the way in which a request that was accepted came to the backend. */
export function passageFault(accepted: Message, arrived: Message): string | undefined {
  if (accepted.method !== arrived.method) return 'another method behind the proxy';
  if (!accepted.whole || !arrived.whole || accepted.body !== arrived.body) return 'another body behind the proxy';
  if (arrived.minor !== 1) return 'another version behind the proxy';
  return targetFault(accepted.target, arrived.target) ?? hostFault(accepted, arrived) ?? fieldFault(accepted, arrived);
}

function targetFault(accepted: string, arrived: string): string | undefined {
  if (NORMAL.test(accepted)) return accepted === arrived ? undefined : 'another target behind the proxy';
  const query = (target: string) => (target.includes('?') ? target.slice(target.indexOf('?')) : '');
  if (!arrived.startsWith('/')) return 'a target without a path behind the proxy';
  return query(accepted) === query(arrived) ? undefined : 'another query behind the proxy';
}

function hostFault(accepted: Message, arrived: Message): string | undefined {
  const hosts = valuesOf(arrived, 'host');
  if (hosts.length !== 1) return 'not one Host behind the proxy';
  const authority = /^[A-Za-z]+:\/\/([^/?]*)/.exec(accepted.target)?.[1];
  const host = authority ?? valuesOf(accepted, 'host')[0] ?? '';
  return hosts[0] === (host === '' ? 'localhost' : host) ? undefined : 'another Host behind the proxy';
}

function fieldFault(accepted: Message, arrived: Message): string | undefined {
  const same = (name: string) => valuesOf(accepted, name).join().toLowerCase() === valuesOf(arrived, name).join();
  if (!same('content-length') || !same('transfer-encoding')) return 'another framing behind the proxy';
  if (!isOurConnection(arrived)) return 'a field of the connection behind the proxy';
  if (OF_THE_HOP.some(name => valuesOf(arrived, name).length > 0)) return 'a field of one hop behind the proxy';
  return arrived.trailers.some(line => NOT_BEHIND_A_BODY.test(line)) ? 'a trailer that means something' : undefined;
}

/** What we say of our connection: that we want a WebSocket, and take trailers. */
function isOurConnection(arrived: Message): boolean {
  const said = [...valuesOf(arrived, 'connection')].sort().join();
  const upgrade = valuesOf(arrived, 'upgrade').join();
  const te = valuesOf(arrived, 'te').join();
  if (!['', 'websocket'].includes(upgrade) || !['', 'trailers'].includes(te)) return false;
  return said === [te === '' ? '' : 'TE', upgrade === '' ? '' : 'Upgrade'].filter(option => option !== '').join();
}
