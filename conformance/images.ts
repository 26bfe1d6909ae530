import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CACHE } from './harness.ts';

/** Which program stands in for a container image; the harness's own format. */
export interface ImageRule {
  /** A shell pattern over the reference of the image. */
  readonly match: string;
  readonly entrypoint: readonly string[];
  /** Path in the container → path here. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Sluice's image is what `buildImage` made, save for tags that stand for others: tag → folder. The suite's CoreDNS pod mounts a
 * volume over /root, where the harness's programs are if that is the home: it gets a file.
 */
export function imageRules(built: string, tags: Readonly<Record<string, string>> = {}): readonly ImageRule[] {
  const sluice = (tag: string, folder: string) => ({
    match: `*sluice/sluice:${tag}`,
    entrypoint: [path.join(folder, 'bin', 'sluice')],
  });
  const coredns = '/usr/local/bin/coredns';
  return [
    ...Object.entries(tags).map(([tag, folder]) => sluice(tag, folder)),
    sluice('*', built),
    {
      match: 'registry.*/coredns/coredns:*',
      entrypoint: [coredns],
      files: { [coredns]: path.join(CACHE, 'bin', 'coredns') },
    },
  ];
}

/** Writes the rules as `images.json` into a folder; its path. */
export function writeImages(folder: string, rules: readonly ImageRule[]): string {
  const file = path.join(folder, 'images.json');
  writeFileSync(file, JSON.stringify(rules, undefined, 2));
  return file;
}

/** Folders over which pods of Sluice mount their own. */
const MOUNTED_OVER = ['/tmp', '/run'];

/** Why pods, which run as another user, can't run a checkout, as a need; undefined: they can. */
export function closedToPods(checkout: string): string | undefined {
  const hidden = MOUNTED_OVER.find(folder => checkout.startsWith(`${folder}/`));
  if (hidden !== undefined) return `a checkout outside ${hidden}: pods have a folder of their own there`;
  for (let at = checkout; ; at = path.dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return `${at} to be open to all (chmod o+x): pods run as another user`;
    if (at === path.dirname(at)) return undefined;
  }
}
