// What came with the baton: why a person is needed, what the shopper wants, orders, what the bot said, what to reply.
import type { ReactNode } from 'react';
import type { Packet, SuggestedReply } from '../../contract/handoff.ts';
import { Orders } from './orders.tsx';
import { Promised } from './promised.tsx';
import { RiskChip } from './risk-chip.tsx';
import { useSpeech } from './speech.ts';

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="side-section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

export const percent = (share: number): string => `${Math.round(share * 100)}%`;

function Why({ packet }: { packet: Packet }) {
  const { t } = useSpeech();
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

interface SuggestionsProps {
  suggestions: readonly SuggestedReply[];
  canReply: boolean;
  onUse(text: string): void;
}

function Suggestions({ suggestions, canReply, onUse }: SuggestionsProps) {
  const { t } = useSpeech();
  return (
    <Section title={t('packet.suggestions')}>
      {suggestions.length === 0 && <p className="side-empty">{t('packet.noSuggestions')}</p>}
      <ol className="suggestions">
        {suggestions.map((suggestion, i) => (
          <li key={suggestion.text}>
            <p className="words">{suggestion.text}</p>
            <p className="suggestion-foot">
              <span className="quiet-text">
                {suggestion.source && t('common.source', { title: suggestion.source.title })}
              </span>
              <button
                type="button"
                disabled={!canReply}
                aria-label={t('packet.insertLabel', { n: i + 1 })}
                onClick={() => onUse(suggestion.text)}
              >
                {t('packet.insert', { n: i + 1 })} {i < 3 && <kbd>Alt+{i + 1}</kbd>}
              </button>
            </p>
          </li>
        ))}
      </ol>
    </Section>
  );
}

interface PacketProps {
  packet: Packet;
  canReply: boolean;
  onUse(text: string): void;
}

export function PacketView({ packet, canReply, onUse }: PacketProps) {
  const { t } = useSpeech();
  const slots = Object.entries(packet.slots).filter(([, values]) => values.length > 0);
  return (
    <>
      <Section title={t('packet.wants')}>
        {packet.summary.map((line) => (
          <p className="summary-line" key={line}>
            {line}
          </p>
        ))}
      </Section>
      {packet.commitments && packet.commitments.length > 0 && (
        <Section title={t('packet.commitments')}>
          <Promised commitments={packet.commitments} />
        </Section>
      )}
      <Why packet={packet} />
      <Suggestions suggestions={packet.suggestions} canReply={canReply} onUse={onUse} />
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
