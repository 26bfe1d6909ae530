import type { GatewayClass } from '../../resources/index.ts';
import { classConditions } from '../status/class-conditions.ts';
import type { Verdict } from '../status/condition.ts';
import type { Parameters } from './parameters.ts';

/** The controller in whose name statuses are written where no GatewayClass object names another. */
export const DEFAULT_CONTROLLER_NAME = 'sluice.dev/gateway-controller';

export interface ClassView {
  readonly ours: boolean;
  readonly controllerName: string;
  /** Accepted. */
  readonly verdict: Verdict;
}

/** `controllerName` absent: every class is ours. */
export function viewClass(
  gatewayClass: GatewayClass,
  controllerName: string | undefined,
  parameters: Parameters,
): ClassView {
  const { controllerName: named } = gatewayClass.spec;
  return {
    ours: controllerName === undefined || named === controllerName,
    controllerName: named,
    verdict:
      parameters.kind === 'refused' ? classConditions.invalidParameters(parameters.why) : classConditions.accepted(),
  };
}
