import type { ConnectedProxy } from '../../stream/index.ts';

/** Prometheus text on proxies by data plane (`namespace/name`). */
export function hubMetrics(planes: ReadonlyMap<string, readonly ConnectedProxy[]>): string {
  const all = [...planes];
  return [
    family('sluice_config_proxies', 'Connected proxies by data plane and state.', all.flatMap(countsOf)),
    family('sluice_config_sent_bytes', 'Bytes of configuration sent to each connected proxy.', all.flatMap(bytesOf)),
  ].join('');
}

const STATES: Readonly<Record<string, (proxy: ConnectedProxy) => boolean>> = {
  synced: ({ synced, silent, leaving }) => synced && !silent && !leaving,
  waiting: ({ synced, silent, leaving }) => !synced && !silent && !leaving,
  silent: ({ silent, leaving }) => silent && !leaving,
  leaving: ({ leaving }) => leaving,
};

function countsOf([plane, proxies]: readonly [string, readonly ConnectedProxy[]]): readonly string[] {
  return Object.entries(STATES).map(
    ([state, is]) =>
      `sluice_config_proxies{data_plane="${labelValue(plane)}",state="${state}"} ${proxies.filter(is).length}`,
  );
}

function bytesOf([plane, proxies]: readonly [string, readonly ConnectedProxy[]]): readonly string[] {
  return proxies.map(
    ({ facts, bytesSent }) =>
      `sluice_config_sent_bytes{data_plane="${labelValue(plane)}",proxy="${labelValue(facts.name)}"} ${bytesSent}`,
  );
}

function family(name: string, help: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('\n')}\n`;
}

/** A proxy says itself how it is called. */
function labelValue(text: string): string {
  return text.replace(/[\\"\n]/g, char => (char === '\n' ? '\\n' : `\\${char}`));
}
