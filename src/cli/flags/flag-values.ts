import { isIP } from 'node:net';
import type { Flag, Read } from './flags.ts';

/** The kinds of flags that commands put in their tables. A value that can't be read says what would be right. */

export function toggle(help: string): Flag<boolean> {
  return { help, initial: false, read: () => ({ value: true }) };
}

export function text(placeholder: string, help: string): Flag<string | undefined> {
  return {
    placeholder,
    help,
    initial: undefined,
    read: value => (value === '' ? { refused: 'is empty' } : { value }),
  };
}

/** Each naming adds one. */
export function paths(help: string): Flag<readonly string[]> {
  return {
    placeholder: 'PATH',
    help,
    initial: [],
    read: (value, before) => (value === '' ? { refused: 'is empty' } : { value: [...before, value] }),
  };
}

export function choice<T extends string>(options: readonly T[], initial: T, help: string): Flag<T> {
  return {
    placeholder: options.join('|'),
    help,
    initial,
    read(value) {
      const found = options.find(option => option === value);
      return found === undefined ? { refused: `must be ${options.join(' or ')}` } : { value: found };
    },
  };
}

export function count(initial: number, help: string, least = 0): Flag<number> {
  return {
    placeholder: 'N',
    help,
    initial,
    read(value) {
      const ok = /^\d{1,9}$/.test(value) && Number(value) >= least;
      return ok ? { value: Number(value) } : { refused: `must be a whole number, ${least} or more` };
    },
  };
}

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** In milliseconds. */
export function duration(initial: number, help: string): Flag<number> {
  return {
    placeholder: 'TIME',
    help,
    initial,
    read(value) {
      const found = value.match(/^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)$/);
      if (found) {
        return { value: Math.round(Number(found[1]) * MILLISECONDS[found[2] as keyof typeof MILLISECONDS]) };
      }
      return value === '0' ? { value: 0 } : { refused: 'must be a time such as 500ms, 10s, 2m or 0' };
    },
  };
}

const BYTES = { '': 1, b: 1, k: 1024, kb: 1000, kib: 1024, m: 1_048_576, mb: 1_000_000, mib: 1_048_576 };

/** In bytes. */
export function size(initial: number, help: string): Flag<number> {
  return {
    placeholder: 'SIZE',
    help,
    initial,
    read(value) {
      const found = value.match(/^(\d{1,9})([a-z]*)$/i);
      const unit = found?.[2]?.toLowerCase() ?? '?';
      if (!found || !Object.hasOwn(BYTES, unit)) return { refused: 'must be a size such as 65536, 64KiB or 8MiB' };
      return { value: Number(found[1]) * BYTES[unit as keyof typeof BYTES] };
    },
  };
}

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Where something listens; port 0: the system chooses. */
export function place<T extends Place | undefined>(initial: T, help: string): Flag<T | Place> {
  return { placeholder: 'HOST:PORT', help, initial, read: value => readHostPort(value, 0) };
}

/** Of somebody who is called; as it was written. */
export function address(help: string): Flag<string | undefined> {
  return {
    placeholder: 'HOST:PORT',
    help,
    initial: undefined,
    read(value) {
      const read = readHostPort(value);
      return 'refused' in read ? read : { value };
    },
  };
}

/** `HOST:PORT`, `[v6]:PORT`; port 0 only where the system may choose. */
export function readHostPort(value: string, least = 1): Read<Place> {
  const found = value.match(/^(?:\[([^\]]+)\]|([^:[\]/\s]+)):(\d{1,5})$/);
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  if (host === undefined) return { refused: 'must be HOST:PORT, for example 127.0.0.1:3000 or [::1]:3000' };
  if (found?.[1] !== undefined && isIP(host) !== 6) return { refused: `[${host}] is not an IPv6 address` };
  if (port < least || port > 65_535) return { refused: `port ${port} is not between ${least} and 65535` };
  return { value: { host, port } };
}

export function readPort(value: string, least = 1): Read<number> {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  return port >= least && port <= 65_535 ? { value: port } : { refused: `port must be between ${least} and 65535` };
}
