// Listening to an agent: their conversations, one of them live and read only, and a whisper that only the agent sees.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { errorText, newClientId } from '../api.ts';
import { useDeskLive } from '../desk/desk-live.ts';
import { useEnter } from '../enter.ts';
import { Modal } from '../modal.tsx';
import type { Ask } from '../staff/ask.ts';
import type { DeskMessage } from '../wire.ts';
import { Asked } from './asked.tsx';
import { clockTime, duration } from './format.ts';
import { useSpeech } from './speech.ts';

export interface Listening {
  agent: { id: string; name: string };
  /** The whisper's box gets the focus. */
  whisper: boolean;
}

export const useAgentCases = (ask: Ask, agentId: string) =>
  useQuery({
    queryKey: ['agent-cases', agentId],
    queryFn: () => ask('GET /api/metrics/conversations', { query: { measure: 'in-service', agent: agentId } }),
    refetchInterval: 15_000,
  });

function Log({ ask, me, conversationId }: { ask: Ask; me: string; conversationId: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const end = useRef<HTMLLIElement>(null);
  const key = ['messages', conversationId];
  const messages = useQuery({
    queryKey: key,
    queryFn: () => ask.path<{ messages: DeskMessage[] }>(`/api/conversations/${conversationId}/messages?after=0`),
    gcTime: 0,
  });
  const again = () => void client.invalidateQueries({ queryKey: key });
  useDeskLive(me, [conversationId], {
    onDesk: () => {},
    onAll: again,
    onConversation: again,
    onViewers: () => {},
    onRefused: () => {},
  });
  const said = messages.data?.messages ?? [];
  const last = said.at(-1)?.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest message is brought into view when there is one
  useEffect(() => {
    void end.current?.scrollIntoView({ block: 'end' }); // Chromium gives a promise back, which is no clean-up
  }, [last]);
  const nameOf = ({ from, kind, authorName }: DeskMessage) => {
    if (kind === 'notice') return t('listen.notice');
    const name =
      from === 'shopper' ? t('common.shopper') : from === 'bot' ? t('common.bot') : (authorName ?? t('common.human'));
    return kind === 'note' ? `${t('listen.note')} · ${name}` : name;
  };
  if (messages.isError)
    return (
      <p className="card-failed" role="alert">
        {errorText(messages.error, t)}
        <button type="button" onClick={() => void messages.refetch()}>
          {t('common.retry')}
        </button>
      </p>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by the keyboard
    <div className="listen-log" role="log" aria-label={t('listen.log')} tabIndex={0}>
      <ol>
        {said.map((message) => (
          <li key={message.seq} className={`heard heard-${message.kind === 'text' ? message.from : message.kind}`}>
            <p className="heard-who">
              {nameOf(message)} <time dateTime={message.at}>{clockTime(message.at)}</time>
            </p>
            <p className="heard-text">{message.text}</p>
          </li>
        ))}
        <li ref={end} />
      </ol>
    </div>
  );
}

function Whisper({ ask, conversationId, focus }: { ask: Ask; conversationId: string; focus: boolean }) {
  const { t } = useSpeech();
  const [text, setText] = useState('');
  const [told, setTold] = useState<{ ok: boolean; words: string } | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (focus) box.current?.focus();
  }, [focus]);
  const send = () => {
    const words = text.trim();
    if (words === '') return;
    const body = { clientMessageId: newClientId(), text: words, kind: 'whisper' };
    ask.path(`/api/conversations/${conversationId}/messages`, { method: 'POST', body }).then(
      () => {
        setText('');
        setTold({ ok: true, words: t('listen.sent') });
      },
      (error: unknown) => setTold({ ok: false, words: errorText(error, t) }),
    );
  };
  const enter = useEnter(send);
  return (
    <form
      className="whisper"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={box}
        rows={2}
        maxLength={1000}
        aria-label={t('listen.whisper')}
        placeholder={t('listen.whisper')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        {...enter}
      />
      <button type="submit" className="primary" disabled={text.trim() === ''}>
        {t('listen.send')}
      </button>
      {told && (
        <p className={told.ok ? 'told' : 'card-failed'} role={told.ok ? 'status' : 'alert'}>
          {told.words}
        </p>
      )}
    </form>
  );
}

export function Listen({
  ask,
  me,
  listening,
  onClose,
}: {
  ask: Ask;
  me: string;
  listening: Listening;
  onClose(): void;
}) {
  const { t } = useSpeech();
  const { agent, whisper } = listening;
  const cases = useAgentCases(ask, agent.id);
  const items = cases.data?.items ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const open = items.find((i) => i.conversationId === chosen) ?? (items.length === 1 ? items[0] : undefined);
  if (open)
    return (
      <Modal look="side" title={t('listen.title', { name: open.shopper ?? t('common.visitor') })} onClose={onClose}>
        {items.length > 1 && (
          <button type="button" className="quiet listen-back" onClick={() => setChosen(null)}>
            {t('listen.back')}
          </button>
        )}
        <Log key={open.conversationId} ask={ask} me={me} conversationId={open.conversationId} />
        <Whisper ask={ask} conversationId={open.conversationId} focus={whisper} />
      </Modal>
    );
  return (
    <Modal look="side" title={t('listen.pick', { name: agent.name })} onClose={onClose}>
      <Asked query={cases} />
      {cases.data && items.length === 0 && <p className="panel-empty">{t('listen.empty')}</p>}
      <ul className="listen-cases">
        {items.map((item) => (
          <li key={item.conversationId}>
            <button type="button" onClick={() => setChosen(item.conversationId)}>
              <strong>{item.shopper ?? t('common.visitor')}</strong>
              <span>{duration(item.value, t)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
