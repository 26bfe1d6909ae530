import type { Delta, Unit } from '../ir/index.ts';
import type { Lane } from './messages.ts';

/** Characters of a message, unless a single unit is longer. */
const PART = 1_048_576;

/** The messages of one version, written as they are asked for: at least one, and the last of them says so. */
export function* deltaTexts(
  lane: Lane,
  version: number,
  { upserts, removals }: Delta,
  textOf: (unit: Unit) => string,
): Generator<string, void> {
  const head = `{"type":"delta","lane":"${lane}","version":${version}`;
  let units: string[] = [];
  let names: string[] = [];
  let size = 0;

  function part(last: boolean): string {
    const text = `${head},"last":${last},"upserts":[${units.join(',')}],"removals":[${names.join(',')}]}`;
    units = [];
    names = [];
    size = 0;
    return text;
  }

  for (const unit of upserts) {
    const text = textOf(unit);
    if (size > 0 && size + text.length > PART) yield part(false);
    units.push(text);
    size += text.length;
  }
  for (const { kind, name } of removals) {
    if (size > PART) yield part(false);
    const text = JSON.stringify([kind, name]);
    names.push(text);
    size += text.length;
  }
  yield part(true);
}
