import type { RawObject } from '../../kubernetes/index.ts';
import { asYaml } from '../as-yaml.ts';
import { textAt, textsAt, valuesAt } from '../get/values-at.ts';
import type { StatusReport } from './status-report.ts';
import { refOf } from './unhappy.ts';

/** The same for programs: statuses as the API server has them, and what is wrong in them. */
export function statusDocument(report: StatusReport, output: 'json' | 'yaml'): string {
  const { controllers, leader, proxies, objects, unhappy, unseen } = report;
  const { classes, gateways, listenerSets, routes, policies } = objects;
  const document = {
    controllers,
    ...(leader && { leader }),
    proxies,
    classes: classes.map(each => ({ name: each.metadata.name, controllerName: textAt(each, 'spec.controllerName') })),
    gateways: gateways.map(each => ({
      ...refOf(each),
      class: textAt(each, 'spec.gatewayClassName'),
      addresses: textsAt(each, 'status.addresses[].value'),
      ...told(each),
    })),
    listenerSets: listenerSets.map(each => ({ ...refOf(each), ...told(each) })),
    routes: [...routes, ...policies].map(each => ({ ...refOf(each), ...told(each) })),
    unhappy,
    unseen,
  };
  return output === 'json' ? JSON.stringify(document, undefined, 2) : asYaml(document);
}

function told(object: RawObject): object {
  return { status: valuesAt(object, 'status')[0] };
}
