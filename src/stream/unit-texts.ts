import type { Unit } from '../ir/index.ts';

/** How long a text is kept for the next proxy that wants the unit, in ms. */
const KEPT = 2_000;

/** Units as JSON, each written once for all proxies that get it at about the same time. */
export interface UnitTexts {
  textOf(unit: Unit): string;
}

/** Kept for good, the texts would take more memory than the units. */
export function createUnitTexts(): UnitTexts {
  let texts: WeakMap<Unit, string> | undefined;
  return {
    textOf(unit) {
      if (texts === undefined) {
        texts = new WeakMap();
        setTimeout(() => {
          texts = undefined;
        }, KEPT).unref();
      }
      const text = texts.get(unit) ?? JSON.stringify(unit);
      texts.set(unit, text);
      return text;
    },
  };
}
