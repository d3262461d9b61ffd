// Who the shopper is: how often they bought, whether they are a VIP, what colleagues should know, what was before.
import { useEffect, useRef, useState } from 'react';
import { errorText } from '../api.ts';
import { wordFor } from '../language.tsx';
import { useChannelName } from '../staff/channel-names.ts';
import { moment } from '../time.ts';
import { useBeside } from './beside.tsx';
import { useKeys } from './keys.ts';
import { PanelState } from './panel-state.tsx';
import { Section } from './section.tsx';
import { Covered } from './shield.tsx';
import type { ShopperCard } from './shopper-data.ts';
import { useSpeech } from './speech.ts';

const VISITS_SHOWN = 3;

function Remark({ card, onError }: { card: ShopperCard; onError(error: unknown): void }) {
  const { t } = useSpeech();
  const { ask, shopper, composer } = useBeside();
  const [editing, setEditing] = useState(false);
  const [text, setText] = useState(card.remark ?? '');
  const box = useRef<HTMLInputElement>(null);
  const edit = () => {
    setText(card.remark ?? '');
    setEditing(true);
  };
  useKeys({ remark: edit });
  useEffect(() => {
    if (editing) box.current?.focus();
  }, [editing]);
  const leave = () => {
    setEditing(false);
    composer.current?.insert('');
  };
  const save = () => {
    ask('PUT /api/shoppers/:id/remark', { params: { id: card.id }, body: { remark: text } }).then(() => {
      shopper.reload();
      leave();
    }, onError);
  };
  if (!editing) {
    return (
      <p className="shopper-remark">
        <span>{card.remark ?? <span className="quiet-text">{t('shopper.noRemark')}</span>}</span>
        <button type="button" className="quiet copy" onClick={edit}>
          {t('shopper.editRemark')}
        </button>
      </p>
    );
  }
  return (
    <form
      className="shopper-remark"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <input
        ref={box}
        maxLength={300}
        aria-label={t('shopper.remark')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') leave();
          if (event.key === 'Enter' && event.nativeEvent.isComposing) event.preventDefault();
        }}
      />
      <button type="submit">{t('phrase.save')}</button>
    </form>
  );
}

function Visits({ visits }: Pick<ShopperCard, 'visits'>) {
  const { t, language } = useSpeech();
  const { open, conversationId } = useBeside();
  if (visits.length === 0) return null;
  return (
    <>
      <h4 className="shopper-before">{t('shopper.before')}</h4>
      <ul className="visits">
        {visits.slice(0, VISITS_SHOWN).map((visit) => (
          <li key={visit.handoffId}>
            <span className="quiet-text">
              {moment(visit.at, language, Date.now())} · {wordFor(t, 'reason', visit.reason)}
              {visit.agent && ` · ${visit.agent}`}
              {visit.disposition && ` · ${wordFor(t, 'disposition', visit.disposition)}`}
            </span>
            <Covered id={`h${visit.handoffId}`} when={visit.insult}>
              {visit.conversationId === conversationId ? (
                <span>{visit.summary}</span>
              ) : (
                <button type="button" className="quiet link" onClick={() => open(visit.conversationId)}>
                  {visit.summary}
                </button>
              )}
            </Covered>
          </li>
        ))}
      </ul>
    </>
  );
}

export function ShopperPanel() {
  const channelName = useChannelName();
  const { t, language } = useSpeech();
  const { ask, shopper, thread } = useBeside();
  const [error, setError] = useState<string | null>(null);
  // what was clicked, until the server says it
  const [clicked, setClicked] = useState<boolean | null>(null);
  const card = shopper.data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a card that came is the server's word
  useEffect(() => setClicked(null), [card]);
  const complain = (caught: unknown) => {
    setClicked(null);
    setError(errorText(caught, t));
  };
  const isCare = thread.handoff?.packet.signals.some((signal) => signal.kind === 'care') ?? false;
  const markVip = (vip: boolean) => {
    if (!card) return;
    setClicked(vip);
    const path = `/api/shoppers/${card.id}/vip`;
    ask.path(path, { method: 'PUT', body: { vip } }).then(() => {
      setError(null);
      shopper.reload();
    }, complain);
  };
  return (
    <Section title={t('common.shopper')}>
      <PanelState of={shopper} failed={t('shopper.failed')} />
      {card && (
        <>
          <p className="reason-line">
            <strong>{card.name ?? t('common.visitor')}</strong>
            <span className="tag">{channelName(card.channel)}</span>
            {card.member && <span className="tag tag-member">{t('shopper.member')}</span>}
            {isCare && <span className="tag">{t('shopper.care')}</span>}
            <label className="vip">
              <input
                type="checkbox"
                checked={clicked ?? card.vip}
                onChange={(event) => markVip(event.target.checked)}
              />
              {t('shopper.vip')}
            </label>
          </p>
          <p className="quiet-text">
            {card.orders90 === null
              ? t('shopper.ordersUnknown')
              : t('shopper.orders90', { n: card.orders90, refunds: card.refunds90 ?? 0 })}
            {' · '}
            <span className="piece">{t('shopper.since', { at: moment(card.since, language, Date.now()) })}</span>
            {' · '}
            <span className="piece">{t('shopper.visits', { n: card.visits.length })}</span>
          </p>
          <Remark card={card} onError={complain} />
          {error !== null && (
            <p className="side-error" role="alert">
              {error}
            </p>
          )}
          <Visits visits={card.visits} />
        </>
      )}
    </Section>
  );
}
