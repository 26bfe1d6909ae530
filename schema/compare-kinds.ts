import { KINDS, type Kind } from '../src/resources/index.ts';
import { compareTable } from './compare-tables.ts';
import { CHANNELS, type Crd, type CrdChannel, readCrds } from './crds.ts';

/** One difference between our tables and the custom resource definitions. */
export interface Difference {
  readonly kind: string;
  /** `v1 experimental`; empty where it is about the kind as a whole. */
  readonly where: string;
  readonly path: string;
  readonly what: string;
}

export interface Comparison {
  /** `HTTPRoute v1 standard`: each was compared. */
  readonly compared: readonly string[];
  readonly differences: readonly Difference[];
}

/** Compares every served version of every kind of both channels; `dir` is `config/crd` of the Go module. */
export function compareKinds(dir: string): Comparison {
  const compared: string[] = [];
  const differences: Difference[] = [];
  for (const channel of CHANNELS) {
    for (const crd of readCrds(dir, channel)) {
      const kind: Kind | undefined = KINDS.find(one => one.group === crd.group && one.kind === crd.kind);
      if (!kind) differences.push({ kind: crd.kind, where: channel, path: '', what: 'kind: ours none' });
      else compareKind(kind, crd, channel, compared, differences);
    }
  }
  return { compared, differences };
}

function compareKind(kind: Kind, crd: Crd, channel: CrdChannel, compared: string[], differences: Difference[]): void {
  const differ = (where: string) => (path: string, what: string) =>
    void differences.push({ kind: crd.kind, where, path, what });
  const names = [crd.plural, crd.scope].join();
  if (names !== [kind.plural, kind.scope].join()) differ(channel)('', `plural and scope: CRD ${names}`);
  compareVersions(kind, crd, channel, differ(channel));
  for (const version of crd.versions.filter(one => one.served)) {
    const where = `${version.name} ${channel}`;
    compared.push(`${kind.kind} ${where}`);
    compareTable(kind.schema.shape, version.schema, { differ: differ(where), fewer: channel === 'standard' });
  }
}

/** The standard channel serves what the table calls standard; the experimental one that and what it calls experimental. */
function compareVersions(
  kind: Kind,
  crd: Crd,
  channel: CrdChannel,
  differ: (path: string, what: string) => void,
): void {
  const served = crd.versions.filter(one => one.served).map(one => one.name);
  const ours = kind.versions
    .filter(one => one.kind === undefined && (one.channel === 'standard' || one.channel === channel))
    .map(one => one.name);
  const theirs = [...served].sort().join(', ');
  if (theirs !== [...ours].sort().join(', ')) differ('', `versions served: ours ${ours.join(', ')}, CRD ${theirs}`);
}
