import type { Bind, Listener, Unit } from '../ir/index.ts';
import { matchesHostname } from '../router/index.ts';

/** A socket with the listeners that share it. */
export interface Place {
  readonly bind: Bind;
  readonly listeners: readonly Listener[];
}

export interface ChosenPlace {
  readonly place: Place;
  readonly notes: readonly string[];
}

export function placesOf(units: readonly Unit[]): readonly Place[] {
  const listeners = new Map(units.filter(unit => unit.kind === 'Listener').map(unit => [unit.name, unit]));
  return units
    .filter(unit => unit.kind === 'Bind')
    .map(bind => ({ bind, listeners: bind.listeners.flatMap(name => listeners.get(name) ?? []) }))
    .filter(place => place.listeners.length > 0);
}

/** Ports of the manifests that are served, in order. */
export function portsOf(places: readonly Place[]): readonly number[] {
  return [...new Set(places.flatMap(({ listeners }) => listeners.map(({ port }) => port)))].sort((a, b) => a - b);
}

/**
 * Where a request for a port arrives: a port of the manifests, or one that a socket was mapped to. Of several sockets (Gateways
 * with addresses of their own) the one whose listener has the host. Undefined where nothing listens there.
 */
export function choosePlace(
  places: readonly Place[],
  port: number | undefined,
  host: string,
  gateway: string | undefined,
): ChosenPlace | undefined {
  const assumed = port ?? assumedPort(places);
  const here = places.filter(({ listeners }) => gateway === undefined || listeners.some(isOf(gateway)));
  const named = here.filter(({ listeners }) => listeners.some(listener => listener.port === assumed));
  const found = named.length > 0 ? named : here.filter(({ bind }) => bind.port === assumed && assumed !== 0);
  const takers = found.filter(({ listeners }) => listeners.some(({ hostname }) => matchesHostname(hostname, host)));
  const place = takers[0] ?? found[0];
  if (!place) return undefined;
  const notes = port === undefined ? [`the URL names no port: ${assumed} is assumed`] : [];
  return { place, notes: [...notes, ...rivals(place, takers.length > 0 ? takers : found)] };
}

function assumedPort(places: readonly Place[]): number {
  const ports = portsOf(places);
  return ports.includes(80) ? 80 : (ports[0] ?? 80);
}

function isOf(gateway: string): (listener: Listener) => boolean {
  return listener => listener.gateway === gateway;
}

function rivals(place: Place, all: readonly Place[]): readonly string[] {
  const own = new Set(place.listeners.map(({ gateway }) => gateway));
  const others = all.flatMap(({ listeners }) => listeners.map(({ gateway }) => gateway)).filter(name => !own.has(name));
  if (others.length === 0) return [];
  const names = [...new Set(others)].map(name => `--gateway ${name}`).join(' or ');
  return [
    `several Gateways listen on this port, each at its own address: this is ${[...own][0]}; for another, ${names}`,
  ];
}
