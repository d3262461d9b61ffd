// What came with the baton: why a person is needed, what the shopper wants, orders, what the bot said.
import type { Packet } from '../../contract/handoff.ts';
import { wordFor } from '../language.tsx';
import { Orders } from './orders.tsx';
import { RiskChip } from './risk-chip.tsx';
import { Section } from './section.tsx';
import { useSpeech } from './speech.ts';

export const percent = (share: number): string => `${Math.round(share * 100)}%`;

function Why({ packet }: { packet: Packet }) {
  const { t } = useSpeech();
  const { emotion } = packet;
  return (
    <Section title={t('packet.reason')}>
      <p className="reason-line">
        <RiskChip risk={packet.risk} />
        <strong>{t(`reason.${packet.reason}`)}</strong>
        {packet.intent && (
          <span className="quiet-text">
            {packet.intent.label} · {t('packet.confidence', { percent: percent(packet.intent.confidence) })}
          </span>
        )}
      </p>
      {packet.detail && <p className="quiet-text">{packet.detail}</p>}
      {emotion && emotion.name !== 'neutral' && (
        <p className="quiet-text">
          {t('side.emotion', { name: wordFor(t, 'emotion', emotion.name) })}
          {emotion.trend === 'rising' && ` · ${t('side.rising')}`}
          {emotion.evidence !== '' && ` · ${t('packet.evidence', { text: emotion.evidence })}`}
        </p>
      )}
      {packet.signals.length > 0 && (
        <ul className="signals" aria-label={t('packet.signals')}>
          {packet.signals.map((signal) => (
            <li key={`${signal.rule} ${signal.evidence}`}>
              <RiskChip risk={signal.level} /> {t(`riskKind.${signal.kind}`)}
              <span className="quiet-text">{t('packet.evidence', { text: signal.evidence })}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** What the shopper wants, in the bot's words. */
export function PacketSummary({ packet }: { packet: Packet }) {
  const { t } = useSpeech();
  return (
    <Section title={t('packet.wants')}>
      {packet.summary.map((line) => (
        <p className="summary-line" key={line} lang="zh-CN">
          {line}
        </p>
      ))}
    </Section>
  );
}

export function PacketDetails({ packet }: { packet: Packet }) {
  const { t } = useSpeech();
  const slots = Object.entries(packet.slots).filter(([, values]) => values.length > 0);
  return (
    <>
      <Why packet={packet} />
      <Section title={t('packet.orders')}>
        <Orders orders={packet.orders} />
      </Section>
      {slots.length > 0 && (
        <Section title={t('packet.slots')}>
          <ul className="slots">
            {slots.flatMap(([name, values]) => values.map((value) => <li key={`${name} ${value}`}>{value}</li>))}
          </ul>
        </Section>
      )}
      {packet.botSaid.length > 0 && (
        <Section title={t('packet.botSaid')}>
          <ul className="bot-said">
            {packet.botSaid.map((said) => (
              <li key={said} className="words">
                {said}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
