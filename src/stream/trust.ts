import type { Admission } from './hub.ts';

/** A proxy that was let in: for how long, until it shows again who it is. Pods, accounts and tokens go; a connection would stay. */
export interface Trust {
  show(token: string): void;
  end(): void;
}

export interface TrustOptions {
  readonly scope: string;
  readonly admit: (token: string) => Promise<Admission>;
  /** Ms. */
  readonly lasts: number;
  readonly onLost: (reason: string, leader?: string) => void;
}

export const UNSURE: Admission & { readonly kind: 'refused' } = {
  kind: 'refused',
  reason: 'the controller can not check its token at the moment',
  isUnsure: true,
};

export function createTrust({ scope, admit, lasts, onLost }: TrustOptions): Trust {
  let isAsking = false;
  let clock: NodeJS.Timeout | undefined;
  let isOver = false;

  function renew(): void {
    clearTimeout(clock);
    clock = setTimeout(() => lose('it has not shown its token for too long'), lasts).unref();
  }

  function lose(reason: string, leader?: string): void {
    end();
    onLost(reason, leader);
  }

  function end(): void {
    isOver = true;
    clearTimeout(clock);
  }

  async function judge(token: string): Promise<void> {
    const admission = await admit(token).catch(() => UNSURE);
    isAsking = false;
    if (isOver) return;
    if (admission.kind === 'refused' && !admission.isUnsure) lose(admission.reason, admission.leader);
    else if (admission.kind === 'admitted' && admission.scope !== scope) lose('its token is of another data plane');
    else renew();
  }

  renew();
  return {
    show(token) {
      if (isAsking || isOver) return;
      isAsking = true;
      void judge(token);
    },
    end,
  };
}
