// The risk of a conversation as colour and word together.
import type { RiskLevel } from '../../contract/decision.ts';
import { useSpeech } from './speech.ts';
import './risk-chip.css';

export function RiskChip({ risk }: { risk: RiskLevel }) {
  const { t } = useSpeech();
  return <span className={`chip risk risk-${risk}`}>{t(`risk.${risk}`)}</span>;
}
