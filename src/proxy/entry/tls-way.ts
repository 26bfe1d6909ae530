import type { Listener, TlsTermination } from '../../ir/index.ts';
import type { Doorway } from '../arrival.ts';

/** What becomes of a connection that begins with TLS, by the server name that it asks for. */
export type TlsWay =
  | { readonly kind: 'no-listener' }
  | { readonly kind: 'passthrough'; readonly listener: Listener }
  | { readonly kind: 'terminate'; readonly listener: Listener; readonly tls: TlsTermination };

const NO_LISTENER: TlsWay = { kind: 'no-listener' };

/** `serverName`: SNI in lower case; '' for none. */
export function tlsWay({ router }: Pick<Doorway, 'router'>, serverName: string): TlsWay {
  const listener = router?.listenerFor(serverName);
  if (listener?.tls === undefined) return NO_LISTENER;
  const { tls } = listener;
  return tls.mode === 'terminate' ? { kind: 'terminate', listener, tls } : { kind: 'passthrough', listener };
}
