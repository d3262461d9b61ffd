// The log of the shopper's page: messages and marks, what is on its way, choices, and who is writing.
import { useState } from 'react';
import { serverNow, useNow } from '../clock.ts';
import { DRAWN, Log } from '../log.tsx';
import { afterPause, moment } from '../time.ts';
import type { ShopMessage } from '../wire.ts';
import { Bubble, PendingBubble, TypingBubble } from './bubble.tsx';
import type { ConversationView, ShopConversation } from './conversation.ts';
import { later } from './later.tsx';
import { isEnded, type Row, rowsOf } from './log-rows.ts';
import { useSpeech } from './speech.ts';

const Csat = later(async () => (await import('./csat.tsx')).CsatCard);
const FormBelow = later(async () => (await import('./forms.tsx')).FormBelow);
const Again = later(async () => (await import('./csat.tsx')).Again);

/** The bot answers within seconds; longer dots would be a lie. */
const TYPING_MS = 12_000;

/** Draws itself by the clock, so that the messages need not. */
function Typing({ view: { messages, pending, state, typing } }: { view: ConversationView }) {
  const now = useNow();
  const last = messages.at(-1);
  const thinks =
    state === 'with-bot' && pending.length === 0 && last?.from === 'shopper' && now - Date.parse(last.at) < TYPING_MS;
  return thinks || typing ? <TypingBubble isAgent={!thinks} /> : null;
}

function openChoices({ messages, pending, state }: ConversationView): ShopMessage['choices'] {
  // who waits has the ways out on the card; who talks to a person picks nothing
  if (state === 'waiting' || state === 'with-agent') return undefined;
  if (pending.some((p) => p.status === 'sending')) return undefined;
  const last = messages.findLast((message) => message.from !== 'system');
  return last?.from === 'bot' ? last.choices : undefined;
}

function DrawnRow({ row, conversation }: { row: Row; conversation: ShopConversation }) {
  const { t, language } = useSpeech();
  switch (row.kind) {
    case 'goes-on':
      return <p className="notice">{t('shop.goesOn')}</p>;
    case 'mark': {
      const { kind, name } = row.mark;
      return <p className="notice">{kind === 'joined' ? t('shop.joined', { name }) : t('shop.ended')}</p>;
    }
    case 'message':
      return (
        <>
          {afterPause(row.previousAt, row.message.at) && (
            <time className="pause">{moment(row.message.at, language, serverNow())}</time>
          )}
          <Bubble message={row.message} conversation={conversation} />
        </>
      );
    default:
      return row satisfies never;
  }
}

interface MessagesProps {
  view: ConversationView;
  conversation: ShopConversation;
  /** The shopper wants to write again. */
  onAgain(): void;
}

export function Messages({ view, conversation, onAgain }: MessagesProps) {
  const { t } = useSpeech();
  const [drawn, setDrawn] = useState(DRAWN);
  const shown = view.messages.slice(-drawn);
  const hidden = view.messages.length - shown.length;
  const rows = rowsOf(shown, view.marks ?? [], hidden > 0);
  const choices = openChoices(view) ?? [];
  const ended = isEnded(rows);
  // asked for until somebody is there
  const asks = view.state === 'waiting' ? shown.findLast((message) => message.form) : undefined;
  // the question stands where the service ended, also when the talk has gone on
  const asked = view.csat ? rows.findLast((row) => row.kind === 'mark' && row.mark.kind === 'ended') : undefined;
  return (
    <Log
      label={t('shop.log')}
      of={conversation.token}
      count={rows.length + view.pending.length}
      hidden={hidden}
      onEarlier={() => setDrawn((n) => n + DRAWN)}
    >
      {view.ready && rows.length + view.pending.length === 0 && (
        <div className="shop-empty">
          <strong>{t('shop.empty')}</strong>
          <span>{t('shop.emptyHint')}</span>
        </div>
      )}
      {rows.map((row) => [
        <DrawnRow key={row.key} row={row} conversation={conversation} />,
        asks?.form && row.kind === 'message' && row.message === asks && (
          <FormBelow key="form" form={asks.form} token={conversation.token} />
        ),
        row === asked && view.csat && <Csat key="csat" csat={view.csat} token={conversation.token} />,
      ])}
      {ended && <Again onAgain={onAgain} />}
      {view.pending.map((pending) => (
        <PendingBubble key={pending.clientMessageId} pending={pending} onResend={conversation.resend} />
      ))}
      {choices.length > 0 && !ended && (
        <div className="choices">
          {choices.map((choice) => (
            <button type="button" key={choice.value} onClick={() => conversation.choose(choice)}>
              {choice.label}
            </button>
          ))}
        </div>
      )}
      <Typing view={view} />
    </Log>
  );
}
