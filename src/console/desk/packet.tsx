// What came with the baton: why a person is needed, what the shopper wants, orders, what the bot said.
import type { Packet } from '../../contract/handoff.ts';
import { wordFor } from '../language.tsx';
import type { HandoffDetail } from '../wire.ts';
import { Orders } from './orders.tsx';
import { RiskChip } from './risk-chip.tsx';
import { Section } from './section.tsx';
import { Covered } from './shield.tsx';
import { useSpeech } from './speech.ts';

export const percent = (share: number): string => `${Math.round(share * 100)}%`;

function Why({ packet, of }: { packet: Packet; of: string }) {
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
          {emotion.evidence !== '' &&
            emotion.by !== 'insult' &&
            ` · ${t('packet.evidence', { text: emotion.evidence })}`}
        </p>
      )}
      {packet.signals.length > 0 && (
        <ul className="signals" aria-label={t('packet.signals')}>
          {packet.signals.map((signal) => (
            <li key={`${signal.rule} ${signal.evidence}`}>
              <RiskChip risk={signal.level} /> {t(`riskKind.${signal.kind}`)}
              <Covered id={`${of} ${signal.rule}`} when={signal.rule === 'insult'}>
                <span className="quiet-text">{t('packet.evidence', { text: signal.evidence })}</span>
              </Covered>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** What the shopper wants, in the bot's words. */
export function PacketSummary({ handoff: { id, packet, insult } }: { handoff: HandoffDetail }) {
  const { t } = useSpeech();
  return (
    <Section title={t('packet.wants')}>
      <Covered id={`h${id}`} when={insult}>
        {packet.summary.map((line) => (
          <p className="summary-line" key={line} lang="zh-CN">
            {line}
          </p>
        ))}
      </Covered>
    </Section>
  );
}

export function PacketDetails({ handoff: { id, packet } }: { handoff: HandoffDetail }) {
  const { t } = useSpeech();
  const slots = Object.entries(packet.slots).filter(([, values]) => values.length > 0);
  return (
    <>
      <Why packet={packet} of={id} />
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
