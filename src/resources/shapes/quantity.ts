import { integerOr } from '../schema/build.ts';
import { INT32_MAX } from './names.ts';

/** What of a Kubernetes quantity counts things that there are: none is negative. */
const QUANTITY = /^([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$/;

/** A Kubernetes resource quantity: `500m`, `1`, `256Mi`. */
export const quantity = integerOr({
  min: 0,
  max: INT32_MAX,
  pattern: QUANTITY,
  meaning: 'a quantity such as 500m, 1 or 256Mi',
});
