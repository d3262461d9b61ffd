// 「为什么」: the bot's judgements in this conversation, newest first, with the scores it saw.
import { useEffect, useState } from 'react';
import { errorText } from '../api.ts';
import { wordFor } from '../language.tsx';
import type { Receipt } from '../wire.ts';
import { percent } from './packet.tsx';
import { RiskChip } from './risk-chip.tsx';
import { Covered } from './shield.tsx';
import { useSpeech } from './speech.ts';
import type { StaffApi } from './staff-api.ts';

const SHOWN = 3;

function Scores({ title, scores }: { title: string; scores: { key: string; label: string; score: number }[] }) {
  if (scores.length === 0) return null;
  return (
    <div className="scores">
      <h4>{title}</h4>
      <ul>
        {scores.slice(0, SHOWN).map(({ key, label, score }) => (
          <li key={key}>
            <span>{label}</span>
            <meter min={0} max={1} value={score} aria-label={label} />
            <span className="mono">{percent(score)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Judged({ item }: { item: Receipt }) {
  const { t } = useSpeech();
  const { receipt, firstSeq, lastSeq } = item;
  const risks = receipt?.risks ?? [];
  const tookMs = receipt?.timings?.totalMs;
  return (
    <article className="judged">
      <p className="judged-head">
        <strong>{receipt?.decision ? wordFor(t, 'decision', receipt.decision.kind) : t('why.pending')}</strong>
        <span className="quiet-text">
          {firstSeq === lastSeq ? t('why.turn', { from: firstSeq }) : t('why.turns', { from: firstSeq, to: lastSeq })}
          {tookMs !== undefined && ` · ${t('why.took', { ms: Math.round(tookMs) })}`}
        </span>
      </p>
      {receipt?.discarded !== undefined && <p className="still">{t('why.discarded')}</p>}
      {(receipt?.reasons ?? []).length > 0 && (
        <ul className="codes" aria-label={t('why.reasons')}>
          {receipt?.reasons?.map((reason) => (
            <li key={reason}>
              <code>{reason}</code>
            </li>
          ))}
        </ul>
      )}
      {risks.length > 0 && (
        <ul className="signals" aria-label={t('why.risks')}>
          {risks.slice(0, SHOWN).map((risk) => (
            <li key={`${risk.rule} ${risk.evidence}`}>
              <RiskChip risk={risk.level} /> {wordFor(t, 'riskKind', risk.kind)}
              <Covered id={`${item.turnId} ${risk.rule}`} when={risk.rule === 'insult'}>
                <span className="quiet-text">{t('packet.evidence', { text: risk.evidence })}</span>
              </Covered>
            </li>
          ))}
        </ul>
      )}
      <Scores
        title={t('why.intents')}
        scores={(receipt?.intents ?? []).map((guess) => ({
          key: guess.intent,
          label: guess.label,
          score: guess.score,
        }))}
      />
      <Scores
        title={t('why.faqs')}
        scores={(receipt?.faqs ?? []).map((hit) => ({ key: hit.revisionId, label: hit.title, score: hit.score }))}
      />
    </article>
  );
}

interface WhyProps {
  api: StaffApi;
  conversationId: string;
  /** Grows with the conversation: look again. */
  lastSeq: number;
}

export function WhyView({ api, conversationId, lastSeq }: WhyProps) {
  const { t } = useSpeech();
  const [items, setItems] = useState<Receipt[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is the reason to look again
  useEffect(() => {
    let left = false;
    api.receipts(conversationId).then(
      (answer) => {
        if (left) return;
        setItems(answer.items);
        setError(null);
      },
      (caught: unknown) => !left && setError(caught),
    );
    return () => {
      left = true;
    };
  }, [api, conversationId, lastSeq]);

  if (error !== null) {
    return (
      <p className="side-empty" role="alert">
        {t('why.failed')} · {errorText(error, t)}
      </p>
    );
  }
  if (items === null) return <p className="side-empty">{t('app.loading')}</p>;
  if (items.length === 0) return <p className="side-empty">{t('why.empty')}</p>;
  return (
    <>
      <p className="quiet-text side-intro">{t('why.intro')}</p>
      {items.map((item) => (
        <Judged key={item.turnId} item={item} />
      ))}
    </>
  );
}
