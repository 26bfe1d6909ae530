import type { ConfigView } from '../explain/index.ts';
import type { Unit } from '../ir/index.ts';
import type { Problem } from '../resources/index.ts';
import type { Source } from '../sources/index.ts';
import type { Translator } from '../translate/index.ts';
import type { Inventory } from './inventory.ts';

export interface ViewedParts {
  readonly inventory: Pick<Inventory, 'get' | 'all'>;
  readonly translator: Pick<Translator, 'routes'>;
  readonly source: Pick<Source, 'locate'>;
  readonly units: () => readonly Unit[];
  readonly problems: () => readonly Problem[];
  readonly health?: ConfigView['health'];
}

/** The view of the parts as they stand; each question is worked out when it is asked. */
export function viewOf({ inventory, translator, source, units, problems, health }: ViewedParts): ConfigView {
  return {
    get units() {
      return units();
    },
    get routes() {
      return translator.routes();
    },
    get objects() {
      return inventory.all();
    },
    get problems() {
      return problems();
    },
    get: inventory.get,
    ...(health && { health }),
    locate: (object, path) => source.locate(object, path),
  };
}
