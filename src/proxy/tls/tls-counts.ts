import type { Sample } from '../telemetry/exposition.ts';
import type { TlsReason } from './tls-failure.ts';

/** Why no handshake began. */
export type RefusedHello = 'malformed' | 'too-large' | 'server-name' | 'no-listener' | 'timeout';

/** What became of handshakes with clients, and why there were none with backends, in one thread. */
export class TlsCounts {
  private readonly done = new Map<string, number>();
  private readonly failed = new Map<string, number>();
  private readonly backends = new Map<string, number>();
  private readonly open = new Map<string, number>();

  /** `version`: as `TLSv1.3`; `protocol`: by ALPN. The result belongs to {@link closed}. */
  completed(version: string, protocol: string, resumed: boolean): string {
    add(this.done, `${version} ${resumed}`, 1);
    const key = `${version} ${protocol}`;
    add(this.open, key, 1);
    return key;
  }

  closed(key: string): void {
    add(this.open, key, -1);
  }

  refused(reason: TlsReason | RefusedHello): void {
    add(this.failed, reason, 1);
  }

  /** `backend`: as `endpointsName` has it. */
  backendFailed(backend: string, reason: TlsReason): void {
    add(this.backends, `${backend} ${reason}`, 1);
  }

  /** Backends that are gone (`known` denies them) are shown once more, then forgotten. */
  backendFailures(known: (backend: string) => boolean): readonly Sample[] {
    const shown = samples(this.backends, 'backend', 'reason');
    for (const key of this.backends.keys()) if (!known(key.slice(0, key.indexOf(' ')))) this.backends.delete(key);
    return shown;
  }

  handshakes(): readonly Sample[] {
    return samples(this.done, 'version', 'resumed');
  }

  failures(): readonly Sample[] {
    return samples(this.failed, 'reason');
  }

  connections(): readonly Sample[] {
    return samples(this.open, 'version', 'protocol');
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** The parts of the keys are the values of the labels. */
function samples(counts: ReadonlyMap<string, number>, ...labels: readonly string[]): Sample[] {
  return [...counts].map(([key, value]) => {
    const parts = key.split(' ');
    return { labels: Object.fromEntries(labels.map((label, at) => [label, parts[at] ?? ''])), value };
  });
}
