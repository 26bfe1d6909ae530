import { gatewaysOf as gatewaysAt, portsOf, type Question, type Sockets } from '../probe/index.ts';
import { type Gateway, type GatewayClass, keyOf, nameKey, refOf } from '../resources/index.ts';
import { isBelow, ROUTING, unreadable } from './causes.ts';
import type { ConfigView } from './config-view.ts';
import type { Cause, Explanation } from './explanation.ts';
import { isAbout } from './object-words.ts';
import { placeOf } from './place.ts';

type Told = Pick<Explanation, 'summary' | 'causes'>;

/** Nobody can even connect: which listener it would have been, what is served instead. */
export function explainUnserved(view: ConfigView, question: Question, sockets: Sockets): Told {
  const { scheme, port = 80, gateway } = question;
  const listeners = listenersAt(view, scheme, port, gateway);
  const served = servedPorts(view, scheme, sockets, gateway);
  const lost = unreadable(view, ROUTING);
  // Where nothing is served at all, what could not be read is why.
  const causes = sockets.all.length > 0 ? [...listeners, ...served, ...lost] : [...listeners, ...lost, ...served];
  const summary = `no connection: nothing listens on ${scheme === 'udp' ? 'UDP ' : ''}port ${port}`;
  return { summary, causes };
}

/** The listeners of manifests that have the port and are not served. */
function listenersAt(
  view: ConfigView,
  scheme: Question['scheme'],
  port: number,
  gateway: string | undefined,
): readonly Cause[] {
  return gatewaysOf(view, gateway).flatMap(each => {
    return each.spec.listeners.flatMap((listener, index) =>
      listener.port === port && (listener.protocol === 'UDP') === (scheme === 'udp')
        ? [unserved(view, each, index)]
        : [],
    );
  });
}

function unserved(view: ConfigView, gateway: Gateway, index: number): Cause {
  const object = refOf(gateway);
  const { name, port, protocol } = gateway.spec.listeners[index]!;
  const whose = `listener ${name} of Gateway ${nameKey(object.namespace, object.name)}`;
  const { message, fix } = whyUnserved(view, gateway, index);
  return {
    message: `${whose} has port ${port} and protocol ${protocol}, and is not served${message === '' ? '' : `: ${message}`}`,
    ...placeOf(view, object, `spec.listeners[${index}]`),
    ...(fix !== undefined && { fix }),
  };
}

function whyUnserved(view: ConfigView, { spec, ...gateway }: Gateway, index: number): Pick<Cause, 'message' | 'fix'> {
  const object = refOf(gateway);
  const own = view.problems.filter(each => isAbout(each, object));
  const ofListener = own.find(({ path }) => isBelow(path, `spec.listeners[${index}]`));
  const found = ofListener ?? own.find(({ path }) => isReason(path));
  return found ?? { message: otherController(view, spec.gatewayClassName) };
}

function isReason(path: string | undefined): boolean {
  return path === 'spec.gatewayClassName' || path === 'spec.addresses';
}

function otherController(view: ConfigView, name: string): string {
  const found = view.get({ kind: 'GatewayClass', namespace: '', name });
  if (found?.kind !== 'GatewayClass') return '';
  return `GatewayClass ${name} is of controller ${(found as GatewayClass).spec.controllerName}`;
}

function servedPorts(
  view: ConfigView,
  scheme: Question['scheme'],
  { all }: Sockets,
  gateway: string | undefined,
): readonly Cause[] {
  const same = all.filter(({ bind }) => (bind.transport === 'udp') === (scheme === 'udp'));
  const own = same.filter(socket => gateway === undefined || gatewaysAt([socket]).includes(gateway));
  const ports = portsOf(own);
  if (ports.length > 0)
    return [{ message: `ports that are served: ${ports.join(', ')}`, fix: `ask with :${ports[0]}` }];
  if (same.length < all.length && own.length === 0 && gateway === undefined) {
    return [{ message: `no port is served for ${scheme === 'udp' ? 'datagrams' : 'connections'}` }];
  }
  if (gateway !== undefined && all.length > 0) return [{ message: `Gateway ${gateway} serves no port` }];
  const some = gatewaysOf(view, undefined).length > 0;
  return [{ message: some ? 'no listener of any Gateway is served' : 'there is no Gateway' }];
}

function gatewaysOf(view: ConfigView, gateway: string | undefined): readonly Gateway[] {
  return view.objects
    .filter((each): each is Gateway => each.kind === 'Gateway')
    .filter(each => gateway === undefined || keyOf(each) === gateway);
}
