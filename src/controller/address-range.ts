import { isIP } from 'node:net';

/** The addresses of CIDR blocks that can be given to somebody, in order: without the network's own (in IPv6 every router's, RFC 4291 2.6.1) and IPv4's broadcast. */
export interface AddressRange {
  /** Addresses there are. */
  readonly size: bigint;
  /** The address at a place, from 0 to `size - 1`. */
  at(place: bigint): string;
  has(address: string): boolean;
}

interface Block {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** `10.1.0.0/24`, `fd00:1::/64` or a single address; undefined if it is none. */
export function parseBlock(text: string): AddressRange | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if ((family !== 4 && family !== 6) || rest.length > 0) return undefined;
  const bits = family === 4 ? 32 : 128;
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits)) return undefined;
  return blockRange(blockOf(numberOf(address), family, BigInt(bits - Number(prefix ?? bits))));
}

function blockOf(address: bigint, family: 4 | 6, hostBits: bigint): Block {
  const first = (address >> hostBits) << hostBits;
  const last = first + (1n << hostBits) - 1n;
  const whole = hostBits < 2n;
  return { family, first: whole ? first : first + 1n, last: whole || family === 6 ? last : last - 1n };
}

function blockRange({ family, first, last }: Block): AddressRange {
  return {
    size: last - first + 1n,
    at: place => addressOf(first + place, family),
    has(address) {
      const value = isIP(address) === family ? numberOf(address) : -1n;
      return value >= first && value <= last;
    },
  };
}

/** One range after the other. */
export function joinRanges(ranges: readonly AddressRange[]): AddressRange {
  return {
    size: ranges.reduce((sum, { size }) => sum + size, 0n),
    at(place) {
      let left = place;
      for (const range of ranges) {
        if (left < range.size) return range.at(left);
        left -= range.size;
      }
      throw new RangeError(`there is no address at ${place}`);
    },
    has: address => ranges.some(range => range.has(address)),
  };
}

/** The one way to write an IP address: `fd00:0::1` and `FD00::1` are the same. */
export function canonicalAddress(address: string): string {
  const family = isIP(address);
  return family === 4 || family === 6 ? addressOf(numberOf(address), family) : address;
}

function numberOf(address: string): bigint {
  const [bits, groups] = isIP(address) === 4 ? [8n, address.split('.').map(Number)] : [16n, groupsOf(address)];
  return groups.reduce((sum, group) => (sum << bits) + BigInt(group), 0n);
}

function addressOf(value: bigint, family: 4 | 6): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map(shift => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return shortest(groups.join(':'));
}

/** The URL parser writes IPv6 addresses in the form of RFC 5952, without dots. */
function shortest(address: string): string {
  return new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
}

function groupsOf(address: string): number[] {
  const [head = '', tail] = shortest(address).split('::');
  const left = hexGroups(head);
  const right = hexGroups(tail ?? '');
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function hexGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16));
}
