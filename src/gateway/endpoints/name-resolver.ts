import type { FoundAddress, Lookup } from './lookup.ts';
import { isPublic } from './public-address.ts';

/** Keeps the addresses of names, each for as long as its records say, and asks again. */
export interface NameResolver {
  /** The names to keep, all of them. */
  follow(hostnames: Iterable<string>): void;
  /** What is wrong with names now: `api.example.com cannot be resolved…`. */
  troubles(): ReadonlyMap<string, NameTrouble>;
  close(): void;
}

export interface NameTrouble {
  readonly kind: 'unresolved' | 'private';
  readonly message: string;
}

export interface NameResolverOptions {
  readonly lookup: Lookup;
  /** Addresses that are not of the public internet count too. */
  readonly allowPrivate: boolean;
  /** The addresses of a name are others now. */
  readonly onAddresses: (hostname: string, addresses: readonly string[]) => void;
  /** What {@link NameResolver.troubles} tells is another thing now. */
  readonly onTrouble: () => void;
}

interface Followed {
  /** Sorted; undefined: not known yet. */
  addresses?: readonly string[];
  trouble?: NameTrouble;
  failures: number;
  timer?: NodeJS.Timeout;
}

/** In seconds. */
const LEAST_TTL = 1;
const MOST_TTL = 300;
const MOST_PAUSE = 30;
/** Questions that are open at once. */
const MOST_QUESTIONS = 16;
/** Of those, about names that could not be resolved before: a server that never answers holds up nobody else. */
const MOST_REPEATED = 8;
/** Addresses of a name that are used. */
const MOST_ADDRESSES = 64;

export function createNameResolver(options: NameResolverOptions): NameResolver {
  const { lookup, allowPrivate, onAddresses, onTrouble } = options;
  const names = new Map<string, Followed>();
  /** Names that lead somewhere, that nothing is known of yet, and that could not be resolved: in this order. */
  const known: string[] = [];
  const fresh: string[] = [];
  const failing: string[] = [];
  let open = 0;
  let repeated = 0;
  let closed = false;

  function ask(hostname: string, { addresses, failures }: Followed): void {
    const queue = failures > 0 ? failing : addresses ? known : fresh;
    queue.push(hostname);
    next();
  }

  function next(): void {
    while (open < MOST_QUESTIONS && !closed) {
      const first = known.shift() ?? fresh.shift();
      const again = first === undefined && repeated < MOST_REPEATED ? failing.shift() : undefined;
      const hostname = first ?? again;
      if (hostname === undefined) return;
      open++;
      if (again !== undefined) repeated++;
      void question(hostname).finally(() => {
        open--;
        if (again !== undefined) repeated--;
        next();
      });
    }
  }

  async function question(hostname: string): Promise<void> {
    const name = names.get(hostname);
    if (!name) return;
    const found = await lookup(hostname).catch(() => []);
    if (closed || names.get(hostname) !== name) return;
    const seconds = found.length > 0 ? took(hostname, name, found) : failed(hostname, name);
    name.timer = setTimeout(() => ask(hostname, name), seconds * 1000);
    name.timer.unref();
  }

  /** Seconds until it is asked for again. */
  function took(hostname: string, name: Followed, found: readonly FoundAddress[]): number {
    name.failures = 0;
    const all = [...new Set(found.map(({ address }) => address))].sort();
    const usable = (allowPrivate ? all : all.filter(isPublic)).slice(0, MOST_ADDRESSES);
    tell(name, usable.length > 0 ? undefined : { kind: 'private', message: notPublic(hostname, all) });
    if (String(name.addresses) !== String(usable)) onAddresses(hostname, usable);
    name.addresses = usable;
    const ttl = Math.min(...found.map(each => each.ttl));
    return Math.min(Math.max(ttl, LEAST_TTL), MOST_TTL);
  }

  /** The last addresses stay. */
  function failed(hostname: string, name: Followed): number {
    const kept = name.addresses && name.addresses.length > 0;
    const message = `${hostname} cannot be resolved${kept ? '; its last addresses are used on' : ''}; trying again`;
    tell(name, { kind: 'unresolved', message });
    return Math.min(2 ** name.failures++, MOST_PAUSE);
  }

  function tell(name: Followed, trouble: NameTrouble | undefined): void {
    const changed = name.trouble?.message !== trouble?.message;
    if (trouble) name.trouble = trouble;
    else delete name.trouble;
    if (changed) onTrouble();
  }

  return {
    follow(hostnames) {
      const wanted = new Set(hostnames);
      for (const [hostname, { timer }] of names) {
        if (wanted.has(hostname)) continue;
        clearTimeout(timer);
        names.delete(hostname);
      }
      for (const hostname of wanted) {
        if (names.has(hostname)) continue;
        const name = { failures: 0 };
        names.set(hostname, name);
        ask(hostname, name);
      }
    },
    troubles: () =>
      new Map([...names].flatMap(([hostname, { trouble }]) => (trouble ? [[hostname, trouble] as const] : []))),
    close() {
      closed = true;
      for (const { timer } of names.values()) clearTimeout(timer);
      names.clear();
    },
  };
}

function notPublic(hostname: string, addresses: readonly string[]): string {
  const [first] = addresses;
  return `${hostname} leads to ${first}${addresses.length > 1 ? ` and ${addresses.length - 1} more` : ''}, which is no address of the public internet, so nothing is sent there`;
}
