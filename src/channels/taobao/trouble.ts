// What a failed call to TOP means for whoever waits for it. Pure; knows no call.
import { OutgoingError } from '../../providers/outgoing.ts';
import { TopError } from '../../providers/top.ts';
import { SendError } from '../channel.ts';

/** Anything that is not the platform's or the line's failure stays what it was. */
export function asSendError(error: unknown): unknown {
  if (error instanceof OutgoingError) {
    const { kind, notSent, message: detail } = error;
    return new SendError(
      kind === 'refused' ? { kind: 'permanent', code: 'refused_address', detail } : { kind: 'retry', notSent, detail },
    );
  }
  if (!(error instanceof TopError)) return error;
  const { trouble, subCode, code, afterMs, message: detail } = error;
  return trouble === 'busy' || trouble === 'limited'
    ? new SendError({ kind: 'retry', notSent: true, afterMs, detail })
    : new SendError({ kind: 'permanent', code: subCode || code, detail });
}
