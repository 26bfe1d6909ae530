import type { RawObject } from '../../kubernetes/index.ts';
import { ageOf } from '../get/age.ts';
import { type Column, column, joined } from '../get/column.ts';
import { conditionColumn } from '../get/condition-column.ts';
import { columnsOf } from '../get/kind-columns.ts';
import { textAt, textsAt, valuesAt } from '../get/values-at.ts';
import type { StatusReport } from './status-report.ts';

const namespace = column('NAMESPACE', item => textAt(item, 'metadata.namespace'));

/** A Gateway, with how many of its proxies are ready: `2/2`. */
export function gatewayRow(gateway: RawObject, { proxies }: Pick<StatusReport, 'proxies'>): object {
  const { namespace: place = '', name } = gateway.metadata;
  const owners = [`Gateway ${place}/${name}`, `GatewayClass ${textAt(gateway, 'spec.gatewayClassName') ?? ''}`];
  const own = proxies.find(each => each.of === owners[0]) ?? proxies.find(each => each.of === owners[1]);
  return { ...gateway, ...(own && { proxies: `${own.ready}/${own.wanted}` }) };
}

export const GATEWAY_COLUMNS = (now: number): readonly Column[] => [
  namespace,
  column('NAME', item => textAt(item, 'metadata.name')),
  column('CLASS', item => textAt(item, 'spec.gatewayClassName')),
  column('ADDRESS', item => joined(textsAt(item, 'status.addresses[].value'))),
  column('PROXIES', item => textAt(item, 'proxies')),
  conditionColumn('PROGRAMMED', 'Programmed'),
  column('AGE', item => ageOf(textAt(item, 'metadata.creationTimestamp'), now)),
];

/** Listeners of a Gateway or a ListenerSet, with what its status says of each. */
export function listenerRows({ kind, metadata, spec, status }: RawObject): readonly object[] {
  return valuesAt({ spec }, 'spec.listeners[]').map(listener => {
    const said = valuesAt({ status }, 'status.listeners[]').find(
      each => textAt(each, 'name') === textAt(listener, 'name'),
    );
    return { metadata, of: `${kind === 'Gateway' ? '' : 'listenerset/'}${metadata.name}`, listener, status: said };
  });
}

export const LISTENER_COLUMNS: readonly Column[] = [
  namespace,
  column('OF', item => textAt(item, 'of')),
  column('LISTENER', item => textAt(item, 'listener.name')),
  column('PORT', item => textAt(item, 'listener.port')),
  column('PROTOCOL', item => textAt(item, 'listener.protocol')),
  column('HOSTNAME', item => textAt(item, 'listener.hostname') ?? '*'),
  column('ROUTES', item => textAt(item, 'status.attachedRoutes')),
  conditionColumn('PROGRAMMED', 'Programmed'),
];

export const ROUTE_COLUMNS: readonly Column[] = [
  namespace,
  column('NAME', item => `${(textAt(item, 'kind') ?? '').toLowerCase()}/${textAt(item, 'metadata.name') ?? ''}`),
  ...['HOSTNAMES', 'PARENTS', 'ACCEPTED', 'RESOLVED'].flatMap(
    heading => columnsOf('HTTPRoute').find(each => each.heading === heading) ?? [],
  ),
];
