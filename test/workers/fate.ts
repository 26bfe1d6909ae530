/** What a test tells the workers by a BroadcastChannel of this name. */
export const FATE = 'fate of workers';

export interface Fate {
  readonly lane: number;
  readonly end: 'throw' | 'hang';
}
