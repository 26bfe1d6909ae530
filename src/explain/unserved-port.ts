import { gatewaysOf as gatewaysAt, portsOf, type Question, type Sockets } from '../probe/index.ts';
import { type Gateway, nameKey, refOf } from '../resources/index.ts';
import { unreadable } from './causes.ts';
import type { ConfigView } from './config-view.ts';
import type { Cause, Explanation } from './explanation.ts';
import { placeOf } from './place.ts';

type Told = Pick<Explanation, 'summary' | 'causes'>;

/** Nobody can even connect: which listener it would have been, what is served instead. */
export function explainUnserved(view: ConfigView, question: Question, sockets: Sockets): Told {
  const { scheme, port = 80, gateway } = question;
  const listeners = listenersAt(view, port, gateway);
  const causes = [...listeners, ...servedPorts(view, sockets, gateway), ...unreadable(view)];
  if (scheme === 'https' && portsOf(sockets.all).includes(port)) {
    return { summary: `no answer: port ${port} speaks HTTP, not HTTPS`, causes: [{ message: 'ask with http://' }] };
  }
  const summary =
    scheme === 'https'
      ? `no connection: Sluice does not serve HTTPS yet, so nothing listens on port ${port}`
      : `no connection: nothing listens on port ${port}`;
  return { summary, causes };
}

/** The listeners of manifests that have the port and are not served. */
function listenersAt(view: ConfigView, port: number, gateway: string | undefined): readonly Cause[] {
  return gatewaysOf(view, gateway).flatMap(each => {
    const object = refOf(each);
    return each.spec.listeners.flatMap((listener, index) => {
      if (listener.port !== port) return [];
      const whose = `listener ${listener.name} of Gateway ${nameKey(object.namespace, object.name)}`;
      const message = `${whose} has port ${port} and protocol ${listener.protocol}, and is not served`;
      return [{ message, ...placeOf(view, object, `spec.listeners[${index}]`), ...fixOf(listener.protocol) }];
    });
  });
}

function fixOf(protocol: string): { readonly fix?: string } {
  return protocol === 'HTTP' ? {} : { fix: `Sluice serves protocol HTTP; ${protocol} comes later` };
}

function servedPorts(view: ConfigView, { all }: Sockets, gateway: string | undefined): readonly Cause[] {
  const own = all.filter(socket => gateway === undefined || gatewaysAt([socket]).includes(gateway));
  const ports = portsOf(own);
  if (ports.length > 0)
    return [{ message: `ports that are served: ${ports.join(', ')}`, fix: `ask with :${ports[0]}` }];
  if (gateway !== undefined && all.length > 0) return [{ message: `Gateway ${gateway} serves no port` }];
  const some = gatewaysOf(view, undefined).length > 0;
  return [{ message: some ? 'no listener of any Gateway is served' : 'there is no Gateway' }];
}

function gatewaysOf(view: ConfigView, gateway: string | undefined): readonly Gateway[] {
  return view.objects
    .filter((each): each is Gateway => each.kind === 'Gateway')
    .filter(({ metadata }) => gateway === undefined || nameKey(metadata.namespace, metadata.name) === gateway);
}
