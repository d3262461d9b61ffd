// The one dialog of the desk that is open. Loaded after the desk stands: nobody is asked anything before that.
import { useState } from 'react';
import { newClientId } from '../api.ts';
import type { Handover } from '../wire.ts';
import { ResolveDialog, ReturnDialog, TakeoverDialog } from './dialogs.tsx';
import { HandoverDialog } from './handover-dialog.tsx';
import type { Room } from './room.ts';
import { ShortcutDialog } from './shortcut-dialog.tsx';
import { OfflineDialog, RefuseDialog, WhisperDialog } from './small-dialogs.tsx';
import { TransferDialog } from './transfer-dialog.tsx';

interface OpenDialogProps {
  room: Room;
  /** A handover somebody does not want to take. */
  refusing: Handover | null;
  onRefused(): void;
}

function useClose({ room, onRefused }: OpenDialogProps): () => void {
  return () => {
    room.setAsked(null);
    room.presence.forgive();
    onRefused();
    // after the dialog has given the focus back to where it was
    setTimeout(room.back);
  };
}

function Asked({ room, close }: { room: Room; close(): void }) {
  const { asked, actions, thread, api, lists, me } = room;
  const [messageId] = useState(newClientId);
  switch (asked) {
    case null:
    case 'offline':
      return null;
    case 'resolve':
    case 'resolveNext':
      return (
        <ResolveDialog
          guess={thread.handoff?.packet.intent?.label ?? null}
          question={
            thread.messages.findLast(({ from, kind }) => from === 'shopper' && kind === 'text')?.text.slice(0, 200) ??
            ''
          }
          next={asked === 'resolveNext'}
          causes={() => api.causes(thread.detail?.handoff?.id ?? thread.handoff?.id ?? '')}
          onResolve={(end) => actions.resolve(end, asked === 'resolveNext')}
          onDone={close}
          onClose={close}
        />
      );
    case 'return':
      return <ReturnDialog onReturn={actions.giveBack} onDone={close} onClose={close} />;
    case 'takeover':
      return <TakeoverDialog onTakeover={actions.takeOver} onDone={close} onClose={close} />;
    case 'transfer':
      return (
        <TransferDialog
          api={api}
          queues={lists.summary?.queues ?? {}}
          unanswered={thread.messages.findLast(({ kind }) => kind === 'text')?.from === 'shopper'}
          onSentence={(text) => thread.send(text, 'reply')}
          onTransfer={actions.transfer}
          onDone={close}
          onClose={close}
        />
      );
    case 'handover':
      return (
        <HandoverDialog
          api={api}
          mine={lists.summary?.mine ?? []}
          given={room.handovers.find(({ from }) => from.id === me.id) ?? null}
          onChanged={actions.lookAgain}
          onDone={close}
          onClose={close}
        />
      );
    case 'whisper':
      return (
        <WhisperDialog
          name={room.owned.by === 'other' ? room.owned.name : ''}
          onSay={(text) =>
            api.whisper(room.selection?.conversationId ?? '', messageId, text).then(() => thread.refresh())
          }
          onDone={close}
          onClose={close}
        />
      );
    case 'shortcuts':
      return <ShortcutDialog onClose={close} />;
    default:
      return asked satisfies never;
  }
}

export function OpenDialog(props: OpenDialogProps) {
  const { room, refusing } = props;
  const { api, actions, presence, asked } = room;
  const close = useClose(props);
  return (
    <>
      {asked !== null && <Asked key={asked} room={room} close={close} />}
      {refusing !== null && (
        <RefuseDialog
          onSay={(reason) => api.refuseHandover(refusing.id, reason).then(actions.lookAgain)}
          onDone={close}
          onClose={close}
        />
      )}
      {presence.refused !== null && asked === null && (
        <OfflineDialog
          refused={presence.refused}
          onOpen={(conversationId, handoffId) => {
            room.select({ conversationId, handoffId });
            close();
          }}
          onHandover={() => {
            presence.forgive();
            room.setAsked('handover');
          }}
          onClose={close}
        />
      )}
    </>
  );
}
