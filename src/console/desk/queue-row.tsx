// One row of the desk's lists, 72 px high: who, how dangerous, until when, what about. Holds nothing that moves but its clock.
import { memo } from 'react';
import type { DeskRow } from '../../contract/routes/desk.ts';
import { RefreshIcon, StarIcon } from '../icons.tsx';
import { moment } from '../time.ts';
import { useDraft } from './drafts.ts';
import { DueBadge, useIsSlow, WaitText } from './due-badge.tsx';
import { Feeling } from './feeling.tsx';
import { RiskChip } from './risk-chip.tsx';
import { useShield } from './shield.tsx';
import { useSpeech } from './speech.ts';

export interface RowProps {
  row: DeskRow;
  selected: boolean;
  /** No longer in the list; it stands until the pointer leaves. */
  gone: boolean;
  /** Which of the rows Tab reaches. */
  reachable: boolean;
  slowMs: number;
  canClaim: boolean;
  onOpen(row: DeskRow): void;
  onClaim(row: DeskRow): void;
}

const isWaiting = ({ state }: DeskRow): boolean => state === 'waiting' || state === 'offered' || state === 'deferred';

function Name({ row }: { row: DeskRow }) {
  const { t } = useSpeech();
  return (
    <>
      <strong>{row.shopper.name ?? t('common.visitor')}</strong>
      {row.shopper.vip && (
        <span className="row-vip" title={t('row.vip')}>
          <StarIcon />
          <span className="unseen-label">{t('row.vip')}</span>
        </span>
      )}
      {row.again && (
        <span className="row-again" title={t('row.again')}>
          <RefreshIcon />
          <span className="unseen-label">{t('row.again')}</span>
        </span>
      )}
    </>
  );
}

function Unread({ row, selected }: Pick<RowProps, 'row' | 'selected'>) {
  const { t } = useSpeech();
  if (row.unread === 0 || selected || row.state === 'resolved' || row.state === 'with-bot') return null;
  return (
    <span className="row-unread">
      <span aria-hidden="true">{row.unread > 99 ? '99+' : row.unread}</span>
      <span className="unseen-label">{t('row.unread', { n: row.unread })}</span>
    </span>
  );
}

function When({ row }: { row: DeskRow }) {
  const { language } = useSpeech();
  if (row.dueAt !== null && row.state !== 'resolved') return <DueBadge dueAt={row.dueAt} />;
  return row.lastAt === null ? null : <time className="row-time">{moment(row.lastAt, language, Date.now())}</time>;
}

/** Why it stands in this list, the most pressing first; what does not fit is cut off, never wrapped. */
function Tags({ row, selected }: Pick<RowProps, 'row' | 'selected'>) {
  const { t } = useSpeech();
  const draft = useDraft(row.conversationId);
  return (
    <>
      {draft !== '' && !selected && <span className="tag tag-draft">{t('row.draft')}</span>}
      {row.awaitingReply && row.state === 'with-agent' && <span className="tag tag-awaiting">{t('row.awaiting')}</span>}
      {row.deliveryTrouble > 0 && (
        <span className="tag tag-trouble">{t('row.trouble', { n: row.deliveryTrouble })}</span>
      )}
      {row.trouble.map((why) => (
        <span key={why} className="tag tag-trouble">
          {t(`trouble.${why}`)}
        </span>
      ))}
      {!row.trouble.includes('anger') && <Feeling name={row.emotion} />}
      {row.state === 'deferred' && <span className="tag">{t('row.message')}</span>}
      {row.reason !== null && <span className="tag tag-reason">{t(`reason.${row.reason}`)}</span>}
    </>
  );
}

function Who({ row }: { row: DeskRow }) {
  const { t } = useSpeech();
  if (row.offeredTo !== null) return <span className="row-wait">{t('row.offered', { name: row.offeredTo.name })}</span>;
  if (row.transfer !== null && row.transfer.toName !== null)
    return <span className="row-wait">{t('row.transfer', { name: row.transfer.toName })}</span>;
  if (isWaiting(row) && row.waitingSince !== null) return <WaitText since={row.waitingSince} />;
  if (row.awaitingSince !== null) return <WaitText since={row.awaitingSince} />;
  return row.owner === null ? null : <span className="row-wait">{t('row.owner', { name: row.owner.name })}</span>;
}

function OpenRow({ row, selected, gone, reachable, slowMs, canClaim, onOpen, onClaim }: RowProps) {
  const { t } = useSpeech();
  const shielded = useShield();
  const slow = useIsSlow(isWaiting(row) ? row.waitingSince : row.awaitingSince, slowMs);
  const name = row.shopper.name ?? t('common.visitor');
  const claims = isWaiting(row) && row.offeredTo === null;
  const look = `${selected ? 'row-selected' : ''} ${slow ? 'row-slow' : ''} ${gone ? 'row-gone' : ''}`;
  return (
    <div className={`row ${claims ? 'row-claims' : ''} ${look}`}>
      <button
        type="button"
        className="row-open"
        aria-current={selected}
        tabIndex={reachable ? 0 : -1}
        onClick={() => onOpen(row)}
      >
        <span className="row-line">
          <Name row={row} />
          <Unread row={row} selected={selected} />
          {row.risk !== 'none' && <RiskChip risk={row.risk} />}
          <When row={row} />
        </span>
        <span className="row-summary">
          {row.insult && shielded ? t('shield.covered') : isWaiting(row) ? row.summary : row.lastText}
        </span>
        <span className="row-line row-small">
          <Tags row={row} selected={selected} />
          <Who row={row} />
        </span>
      </button>
      {claims && !gone && (
        <button
          type="button"
          className="primary row-claim"
          tabIndex={reachable ? 0 : -1}
          disabled={!canClaim}
          aria-label={`${t('act.claim')} ${name}`}
          onClick={() => onClaim(row)}
        >
          {t('act.claim')}
        </button>
      )}
    </div>
  );
}

export const QueueRow = memo(OpenRow);
