import { styleText } from 'node:util';

/** Marks up words for people; leaves them plain where nobody sees colours. */
export type Style = (mark: Mark, text: string) => string;
export type Mark = 'strong' | 'faint' | 'good' | 'error' | 'warning' | 'info';

const FORMATS = {
  strong: 'bold',
  faint: 'dim',
  good: 'green',
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
} as const;

/** Colours only on a terminal, and not with NO_COLOR (https://no-color.org) or a terminal that has none. */
export function styleFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Style {
  const colours = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return colours ? (mark, text) => styleText(FORMATS[mark], text, { validateStream: false }) : (_, text) => text;
}
