import type { RawObject } from '../../kubernetes/index.ts';
import { counted } from '../counted.ts';
import { aligned } from '../get/aligned.ts';
import type { Column } from '../get/column.ts';
import { printable } from '../printable.ts';
import type { Style } from '../style.ts';
import type { StatusReport } from './status-report.ts';
import { GATEWAY_COLUMNS, gatewayRow, LISTENER_COLUMNS, listenerRows, ROUTE_COLUMNS } from './status-tables.ts';
import type { Unhappy } from './unhappy.ts';

/** How many of one kind stand on one screen unless all are wanted. */
const SCREENFUL = 20;

/** One screen: who is there, who is unhappy and why, then Gateways, listeners and routes. */
export function statusText(report: StatusReport, wide: boolean, style: Style): string {
  const { gateways, listenerSets, routes } = report.objects;
  const most = wide ? Number.POSITIVE_INFINITY : SCREENFUL;
  const rows = gateways.map(gateway => gatewayRow(gateway, report));
  const listeners = [...gateways, ...listenerSets].flatMap(listenerRows);
  return [
    headOf(report, style),
    unhappyText(report, most, style),
    tableOf('Gateways', GATEWAY_COLUMNS(report.now), rows, most, style),
    tableOf('Listeners', LISTENER_COLUMNS, listeners, most, style),
    tableOf('Routes', ROUTE_COLUMNS, unhappyFirst(routes, report), most, style),
  ]
    .filter(part => part !== '')
    .join('\n\n');
}

function headOf({ controllers, leader, objects }: StatusReport, style: Style): string {
  const lines = controllers.map(({ namespace, name, ready, wanted, image }) => {
    const led = leader && leader.holder !== '' ? `, led by ${leader.holder.replace(/_.*$/, '')}` : '';
    const count = style(ready < wanted ? 'warning' : 'good', `${ready} of ${wanted} ready`);
    return `Controller ${style('strong', printable(`${namespace}/${name}`))}: ${count}, ${printable(`${image}${led}`)}`;
  });
  const classes = objects.classes.map(({ metadata }) => metadata.name).join(', ');
  const where = classes === '' ? 'no GatewayClass of this controller is there' : `classes ${classes}`;
  return [...(lines.length === 0 ? ['No Deployment of a controller is seen'] : lines), printable(where)].join('; ');
}

function unhappyText({ unhappy }: StatusReport, most: number, style: Style): string {
  if (unhappy.length === 0) return style('good', 'All are happy.');
  const shown = unhappy.slice(0, most).flatMap(each => unhappyLines(each, style));
  const more = unhappy.length > most ? [`  … and ${unhappy.length - most} more (-o wide shows all)`] : [];
  return [style('error', `Unhappy: ${unhappy.length}`), ...shown, ...more].join('\n');
}

function unhappyLines({ kind, namespace, name, part, state, message, help }: Unhappy, style: Style): readonly string[] {
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  const head = `  ${printable(kind)} ${style('strong', printable(place))}${part === undefined ? '' : ` ${printable(part)}`}: ${style('warning', printable(state))}`;
  const said = message === '' ? [] : [`    ${printable(message)}`];
  return [head, ...said, ...(help === undefined ? [] : [style('faint', `    ${printable(help)}`)])];
}

function tableOf(
  title: string,
  columns: readonly Column[],
  rows: readonly object[],
  most: number,
  style: Style,
): string {
  if (rows.length === 0) return `${title}: none`;
  const more = rows.length > most ? [`… ${counted(rows.length, 'row')} in all (-o wide shows them)`] : [];
  return [style('strong', title), aligned(columns, rows.slice(0, most), style), ...more].join('\n');
}

function unhappyFirst(routes: readonly RawObject[], { unhappy }: StatusReport): readonly RawObject[] {
  const names = new Set(unhappy.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`));
  const isUnhappy = ({ kind, metadata: { namespace, name } }: RawObject) => names.has(`${kind}/${namespace}/${name}`);
  return [...routes.filter(isUnhappy), ...routes.filter(route => !isUnhappy(route))];
}
