// Why the bot answered so: what was hit and how surely, the candidates, the intents, the risk, and how long it took.
import { Progress } from 'antd';
import { Link } from 'wouter';
import { useSpeech } from './speech.ts';
import type { Tried } from './tried.ts';

const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`;

export function BenchReceipt({ tried: { result } }: { tried: Tried }) {
  const { t } = useSpeech();
  const say = t as (word: string) => string;
  const { judgement, decided } = result;
  const hit = judgement.faqs.find(({ entryId }) => entryId === result.faq);
  const ms = judgement.timings.understand ?? 0;
  const hasWord = (code: string) => say(`reason.${code}`) !== `reason.${code}`;
  return (
    <>
      <dl className="receipt">
        <dt>{t('bench.hit')}</dt>
        <dd>
          {result.faq === null ? (
            t('bench.noHit')
          ) : (
            <>
              <Link href={`/studio?entry=${encodeURIComponent(result.faq)}`}>{hit?.title ?? result.faq}</Link>{' '}
              {hit !== undefined && <strong>{t('bench.score', { percent: percent(hit.score) })}</strong>}
            </>
          )}
        </dd>
        <dt>{t('bench.handoff')}</dt>
        <dd>
          {result.decision === 'handoff' ? t('bench.yes') : t('bench.no')}
          {result.decision === 'handoff' && hasWord(result.reason) && ` · ${say(`reason.${result.reason}`)}`}
        </dd>
        <dt>{t('bench.risk')}</dt>
        <dd>{t(`risk.${result.risk}`)}</dd>
        <dt>{t('bench.intents')}</dt>
        <dd>
          {judgement.intents
            .slice(0, 3)
            .map(({ label, score }) => `${label} ${percent(score)}`)
            .join(' · ')}
        </dd>
        <dt>{t('bench.reasons')}</dt>
        <dd className="mono">{decided.reasons.join(' · ')}</dd>
      </dl>
      <h3>{t('bench.candidates')}</h3>
      <ol className="candidates">
        {judgement.faqs.map(({ entryId, title, question, score }) => (
          <li key={entryId} className={entryId === result.faq ? 'candidate candidate-hit' : 'candidate'}>
            <div className="candidate-head">
              <Link href={`/studio?entry=${encodeURIComponent(entryId)}`}>{title}</Link>
              <span>{percent(score)}</span>
            </div>
            <Progress percent={Math.round(score * 100)} showInfo={false} size="small" aria-label={percent(score)} />
            <small>{t('bench.matched', { text: question })}</small>
          </li>
        ))}
      </ol>
      <p className="quiet-text">{t('bench.took', { ms: Math.round(ms * 10) / 10 })}</p>
    </>
  );
}
