// One row of the desk's lists: who, how dangerous, since when, what about.
import { memo } from 'react';
import { useNow } from '../clock.ts';
import { AlertIcon, ClockIcon } from '../icons.tsx';
import { moment, stopwatch } from '../time.ts';
import type { BotConversation, HandoffRow } from '../wire.ts';
import { useDraft } from './drafts.ts';
import { RiskChip } from './risk-chip.tsx';
import { isSlow } from './slow-reply.ts';
import { useSpeech } from './speech.ts';

const NEAR_MS = 60_000;

/** What is left until the answer is due, or how far over; words and icon, not colour alone. */
function DueBadge({ dueAt, now }: { dueAt: string; now: number }) {
  const { t } = useSpeech();
  const left = Date.parse(dueAt) - now;
  const look = left < 0 ? 'over' : left < NEAR_MS ? 'near' : 'fine';
  return (
    <span className={`due due-${look}`}>
      {look === 'over' ? <AlertIcon /> : <ClockIcon />}
      {left < 0 ? t('row.over', { time: stopwatch(-left) }) : t('row.left', { time: stopwatch(left) })}
    </span>
  );
}

interface RowProps {
  row: HandoffRow;
  selected: boolean;
  /** Since when the shopper waits for an answer; undefined when answered. */
  waitsSince: number | undefined;
  canClaim: boolean;
  onOpen(row: HandoffRow): void;
  onClaim(row: HandoffRow): void;
}

function Tags({ row, mine }: { row: HandoffRow; mine: boolean }) {
  const { t } = useSpeech();
  const draft = useDraft(row.conversationId);
  return (
    <>
      {row.awaitingReply && row.state === 'with-agent' && <span className="tag tag-awaiting">{t('row.awaiting')}</span>}
      {draft !== '' && !mine && <span className="tag">{t('row.draft')}</span>}
      {row.deliveryTrouble > 0 && (
        <span className="tag tag-trouble">{t('row.trouble', { n: row.deliveryTrouble })}</span>
      )}
    </>
  );
}

function OpenRow({ row, selected, waitsSince, canClaim, onOpen, onClaim }: RowProps) {
  const { t } = useSpeech();
  const now = useNow();
  const slow = isSlow(waitsSince, now);
  const waiting = row.state === 'waiting' || row.state === 'offered';
  const name = row.shopper.name ?? t('common.visitor');
  return (
    <li className={`row ${selected ? 'row-selected' : ''} ${slow ? 'row-slow' : ''}`}>
      <button type="button" className="row-open" aria-current={selected} onClick={() => onOpen(row)}>
        <span className="row-line">
          <strong>{name}</strong>
          <RiskChip risk={row.risk} />
          {(waiting || row.awaitingReply) && <DueBadge dueAt={row.dueAt} now={now} />}
        </span>
        <span className="row-summary">{row.summary.split('\n')[0]}</span>
        <span className="row-line row-small">
          <span className="tag tag-reason">{t(`reason.${row.reason}`)}</span>
          <Tags row={row} mine={selected} />
          <span className="row-wait">
            {waitsSince !== undefined
              ? t('row.wait', { time: stopwatch(now - waitsSince) })
              : row.owner !== null && t('row.owner', { name: row.owner.name })}
          </span>
        </span>
      </button>
      {waiting && (
        <button
          type="button"
          className="primary row-claim"
          disabled={!canClaim}
          aria-label={`${t('act.claim')} ${name}`}
          onClick={() => onClaim(row)}
        >
          {t('act.claim')}
        </button>
      )}
    </li>
  );
}

export const QueueRow = memo(OpenRow);

interface EndedProps {
  row: HandoffRow;
  selected: boolean;
  onOpen(row: HandoffRow): void;
}

export const EndedRow = memo(function EndedRow({ row, selected, onOpen }: EndedProps) {
  const { t, language } = useSpeech();
  return (
    <li className={`row ${selected ? 'row-selected' : ''}`}>
      <button type="button" className="row-open" aria-current={selected} onClick={() => onOpen(row)}>
        <span className="row-line">
          <strong>{row.shopper.name ?? t('common.visitor')}</strong>
          <RiskChip risk={row.risk} />
          <time className="row-time">{moment(row.waitingSince, language, Date.now())}</time>
        </span>
        <span className="row-summary">{row.summary.split('\n')[0]}</span>
        <span className="row-line row-small">
          <span className="tag tag-reason">{t(`reason.${row.reason}`)}</span>
          {row.owner && <span className="row-wait">{t('row.owner', { name: row.owner.name })}</span>}
        </span>
      </button>
    </li>
  );
});

interface BotRowProps {
  conversation: BotConversation;
  selected: boolean;
  onOpen(conversation: BotConversation): void;
}

export const BotRow = memo(function BotRow({ conversation, selected, onOpen }: BotRowProps) {
  const { t, language } = useSpeech();
  const { lastAt, lastText, shopper } = conversation;
  return (
    <li className={`row ${selected ? 'row-selected' : ''}`}>
      <button type="button" className="row-open" aria-current={selected} onClick={() => onOpen(conversation)}>
        <span className="row-line">
          <strong>{shopper.name ?? t('common.visitor')}</strong>
          <span className="badge badge-bot">{t('common.bot')}</span>
          {lastAt && <time className="row-time">{moment(lastAt, language, Date.now())}</time>}
        </span>
        <span className="row-summary">{lastText}</span>
      </button>
    </li>
  );
});
