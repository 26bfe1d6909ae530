import { LANES, type Lane } from './messages.ts';

export function readLane(value: unknown): Lane | undefined {
  return LANES.find(lane => lane === value);
}
