import type { RawObject } from '../../../kubernetes/index.ts';
import { isRecord } from '../../../resources/index.ts';
import type { Address } from '../data-plane-facts.ts';

/** What is kept of a Service. */
export interface ServiceFacts {
  readonly name: string;
  readonly type: string;
  readonly clusterIPs: readonly string[];
  readonly externalIPs: readonly string[];
  readonly ipFamilies: readonly ('IPv4' | 'IPv6')[];
  /** Of its load balancer. */
  readonly ingress: readonly Address[];
  readonly selector: Readonly<Record<string, string>>;
}

export function serviceFacts({ metadata, spec, status }: RawObject): ServiceFacts {
  const { type, clusterIPs, clusterIP, externalIPs, ipFamilies, selector } = isRecord(spec) ? spec : {};
  return {
    name: metadata.name,
    type: typeof type === 'string' ? type : 'ClusterIP',
    clusterIPs: texts(clusterIPs ?? [clusterIP]).filter(each => each !== 'None' && each !== ''),
    externalIPs: texts(externalIPs),
    ipFamilies: texts(ipFamilies).filter(each => each === 'IPv4' || each === 'IPv6'),
    ingress: ingressOf(status),
    selector: textMap(selector),
  };
}

function ingressOf(status: unknown): readonly Address[] {
  const { loadBalancer } = isRecord(status) ? status : {};
  const { ingress } = isRecord(loadBalancer) ? loadBalancer : {};
  return (Array.isArray(ingress) ? ingress : []).flatMap((each: unknown): Address[] => {
    const { ip, hostname } = isRecord(each) ? each : {};
    if (typeof ip === 'string' && ip !== '') return [{ type: 'IPAddress', value: ip }];
    return typeof hostname === 'string' && hostname !== '' ? [{ type: 'Hostname', value: hostname }] : [];
  });
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

export function textMap(value: unknown): Readonly<Record<string, string>> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
