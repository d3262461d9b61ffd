// What wants my word: offers with their countdown, transfers, handovers, and notes in which I am named.
import { useEffect, useState } from 'react';
import type { DeskRow, DeskSummary } from '../../contract/routes/desk.ts';
import { useNow } from '../clock.ts';
import { stopwatch } from '../time.ts';
import type { Handover, HandoverItem } from '../wire.ts';
import { RiskChip } from './risk-chip.tsx';
import { Covered } from './shield.tsx';
import { useSpeech } from './speech.ts';
import type { StaffApi } from './staff-api.ts';
import './incoming.css';

interface AskedProps {
  row: DeskRow;
  canAct: boolean;
  onAccept(row: DeskRow): void;
  onDecline(row: DeskRow): void;
}

function Countdown({ until }: { until: string }) {
  const { t } = useSpeech();
  return (
    <span className="incoming-card-clock">{t('card.left', { time: stopwatch(Date.parse(until) - useNow()) })}</span>
  );
}

function Offer({ row, canAct, onAccept, onDecline }: AskedProps) {
  const { t } = useSpeech();
  const name = row.shopper.name ?? t('common.visitor');
  return (
    <article className="incoming-card incoming-card-offer" aria-label={t('card.offer', { name })}>
      <p className="incoming-card-head">
        <strong>{t('card.offer', { name })}</strong>
        <RiskChip risk={row.risk} />
        {row.offeredTo && <Countdown until={row.offeredTo.expiresAt} />}
      </p>
      <Covered id={row.key} when={row.insult}>
        <p className="incoming-card-text">{row.summary}</p>
      </Covered>
      <p className="incoming-card-acts">
        <button type="button" disabled={!canAct} onClick={() => onDecline(row)}>
          {t('card.pass')}
        </button>
        <button type="button" className="primary" disabled={!canAct} onClick={() => onAccept(row)}>
          {t('act.claim')}
        </button>
      </p>
    </article>
  );
}

/** What was said so far, as whoever passes it on would tell. */
function told(summary: unknown): string[] {
  const { wants, promised, open } = (summary ?? {}) as { wants?: string; promised?: string[]; open?: string | null };
  return [wants, ...(promised ?? []), open].filter((line): line is string => typeof line === 'string' && line !== '');
}

function TransferCard({ row, canAct, onAccept, onDecline }: AskedProps) {
  const { t } = useSpeech();
  const transfer = row.transfer!;
  const name = row.shopper.name ?? t('common.visitor');
  const title = t('card.transfer', { from: transfer.byName ?? '', name });
  return (
    <article className="incoming-card incoming-card-transfer" aria-label={title}>
      <p className="incoming-card-head">
        <strong>{title}</strong>
        <RiskChip risk={row.risk} />
      </p>
      <p className="incoming-card-text">
        {t('card.reason', { reason: transfer.reason ?? '' })}
        {transfer.note && ` · ${transfer.note}`}
      </p>
      <Covered id={row.key} when={row.insult}>
        {told(transfer.summary).map((line) => (
          <p className="incoming-card-text quiet-text" key={line}>
            {line}
          </p>
        ))}
      </Covered>
      <p className="incoming-card-acts">
        {transfer.kind === 'agent' && (
          <button type="button" disabled={!canAct} onClick={() => onDecline(row)}>
            {t('card.refuse')}
          </button>
        )}
        <button type="button" className="primary" disabled={!canAct} onClick={() => onAccept(row)}>
          {t('card.accept')}
        </button>
      </p>
    </article>
  );
}

/** The handovers whose ids the summary names. */
export function useHandovers(api: StaffApi, ids: readonly string[]): readonly Handover[] {
  const [found, setFound] = useState<readonly Handover[]>([]);
  const key = ids.join(',');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids by their words, not by the array that holds them
  useEffect(() => {
    let left = false;
    Promise.all(ids.map((id) => api.handover(id))).then(
      (all) => !left && setFound(all),
      () => undefined, // the next summary asks again
    );
    return () => {
      left = true;
    };
  }, [api, key]);
  return found.filter(({ id }) => ids.includes(id));
}

function itemText({ kind, text, shopper, awaitingReply }: HandoverItem, waits: string): string {
  if (kind === 'note') return shopper === null ? (text ?? '') : `${shopper}：${text ?? ''}`;
  return `${shopper ?? ''}${awaitingReply ? ` · ${waits}` : ''}`;
}

interface HandoverCardProps {
  handover: Handover;
  canAct: boolean;
  onAccept(handover: Handover): void;
  onRefuse(handover: Handover): void;
}

function HandoverCard({ handover, canAct, onAccept, onRefuse }: HandoverCardProps) {
  const { t } = useSpeech();
  const title = t('card.handover', { from: handover.from.name });
  const open = handover.items.filter(({ kind }) => kind === 'conversation');
  const promises = handover.items.filter(({ kind }) => kind === 'commitment');
  return (
    <article className="incoming-card incoming-card-handover" aria-label={title}>
      <p className="incoming-card-head">
        <strong>{title}</strong>
        <span className="quiet-text">{t('card.handoverOf', { n: open.length, m: promises.length })}</span>
      </p>
      <ul className="incoming-card-items">
        {handover.items
          .filter(({ kind }) => kind !== 'commitment')
          .map((item) => (
            <li key={item.position} className={`incoming-card-item-${item.kind}`}>
              {itemText(item, t('row.awaiting'))}
            </li>
          ))}
      </ul>
      <p className="incoming-card-acts">
        <button type="button" disabled={!canAct} onClick={() => onRefuse(handover)}>
          {t('card.refuse')}
        </button>
        <button type="button" className="primary" disabled={!canAct} onClick={() => onAccept(handover)}>
          {t('card.accept')}
        </button>
      </p>
    </article>
  );
}

export interface IncomingProps {
  me: string;
  summary: DeskSummary | null;
  handovers: readonly Handover[];
  canAct: boolean;
  onAccept(row: DeskRow): void;
  onDecline(row: DeskRow): void;
  onAcceptHandover(handover: Handover): void;
  onRefuseHandover(handover: Handover): void;
  onMention(conversationId: string): void;
}

export function Incoming(props: IncomingProps) {
  const { t } = useSpeech();
  const { me, summary, handovers, canAct, onAccept, onDecline, onMention } = props;
  const received = handovers.filter(({ from }) => from.id !== me);
  const asked = summary?.asked ?? [];
  const mentions = summary?.mentions ?? [];
  if (asked.length + received.length + mentions.length === 0) return null;
  return (
    <section className="incoming-cards" aria-label={t('card.title')} aria-live="polite">
      {asked.map((row) =>
        row.state === 'offered' ? (
          <Offer key={row.conversationId} row={row} canAct={canAct} onAccept={onAccept} onDecline={onDecline} />
        ) : (
          <TransferCard key={row.conversationId} row={row} canAct={canAct} onAccept={onAccept} onDecline={onDecline} />
        ),
      )}
      {received.map((handover) => (
        <HandoverCard
          key={handover.id}
          handover={handover}
          canAct={canAct}
          onAccept={props.onAcceptHandover}
          onRefuse={props.onRefuseHandover}
        />
      ))}
      {mentions.map(({ conversationId, seq, by, shopper, text }) => (
        <button
          type="button"
          key={`${conversationId} ${seq}`}
          className="incoming-card incoming-card-mention"
          onClick={() => onMention(conversationId)}
        >
          <strong>{t('card.mention', { by: by ?? '', name: shopper ?? t('common.visitor') })}</strong>
          <span className="incoming-card-text">{text}</span>
        </button>
      ))}
    </section>
  );
}
