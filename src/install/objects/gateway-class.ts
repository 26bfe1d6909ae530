import { given, type Tree, value, when } from '../tree.ts';
import { SHARED_LABELS } from './names.ts';

export const gatewayClass: Tree = when('gatewayClass.create', {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: value('gatewayClass.name'), labels: SHARED_LABELS },
  spec: { controllerName: value('controllerName'), parametersRef: given('gatewayClass.parametersRef') },
});
