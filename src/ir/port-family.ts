import type { Listener } from './listener.ts';

/** Listeners of one family can stand on one port of one address; UDP has ports of its own. */
export type PortFamily = 'clear' | 'tls' | 'tcp' | 'udp';

const FAMILIES: Readonly<Record<Listener['protocol'], PortFamily>> = {
  HTTP: 'clear',
  HTTPS: 'tls',
  TLS: 'tls',
  TCP: 'tcp',
  UDP: 'udp',
};

export function portFamily(protocol: Listener['protocol']): PortFamily {
  return FAMILIES[protocol];
}

/** Whether hostnames tell listeners of one port apart. */
export function hasHostnames(family: PortFamily): boolean {
  return family === 'clear' || family === 'tls';
}
