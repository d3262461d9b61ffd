// What a rule's conditions are called, and which values each may have.
import type { RouteWhen } from '../../contract/routing.ts';
import { wordFor } from '../language.tsx';
import { useChannelKinds, useChannelName } from '../staff/channel-names.ts';
import { useSpeech } from './speech.ts';

const REASONS = [
  'asked_for_human',
  'complaint',
  'risk',
  'low_confidence',
  'repeated_question',
  'answer_rejected',
  'emotion',
  'authority',
  'vip',
  'bot_failed',
  'policy',
  'off_hours',
  'takeover',
] as const;
const RISKS = ['R0', 'R1', 'R2', 'R3', 'R4', 'none'] as const;
const STAGES = ['presale', 'insale', 'aftersale', 'complaint', 'handoff', 'chitchat'] as const;
const ORDERS = ['none', 'unpaid', 'paid', 'shipped', 'signed', 'unknown'] as const;
const LANGUAGES = ['zh', 'en', 'mixed'] as const;
const TEAMS = ['presale', 'insale', 'aftersale', 'complaint'] as const;

/** Conditions that are a list of values. */
export const LISTS = ['reason', 'risk', 'stage', 'order', 'channel', 'language'] as const;
export const FLAGS = ['intentTeam', 'vip', 'senior', 'again'] as const;

/** Of a case to try; the empty one is “not known”. */
export const CASE_LISTS = ['reason', 'risk', 'stage', 'order', 'intentTeam', 'channel', 'language'] as const;
type List = (typeof LISTS)[number] | (typeof CASE_LISTS)[number];

const PREFIX: Record<string, string> = {
  reason: 'reason',
  risk: 'risk',
  stage: 'stage',
  order: 'orderState',
  language: 'language',
  intentTeam: 'team',
};

export function useConditions() {
  const { t } = useSpeech();
  const channels = useChannelKinds();
  const channelName = useChannelName();
  const values: Record<List, readonly string[]> = {
    reason: REASONS,
    risk: RISKS,
    stage: STAGES,
    order: ORDERS,
    intentTeam: TEAMS,
    channel: channels,
    language: LANGUAGES,
  };
  const valueWord = (field: string, value: string): string =>
    field === 'channel' ? channelName(value) : wordFor(t, PREFIX[field] ?? field, value);
  const flagWord = (field: string, on: boolean) => wordFor(t, on ? 'rule' : 'ruleNot', field);
  /** 风险 是 R0 紧急 或 R1 高，且 是 VIP */
  const sentence = (when: RouteWhen): string => {
    const parts = Object.entries(when).map(([field, value]) => {
      if (typeof value === 'boolean') return flagWord(field, value);
      const words = value.map((one) => (field === 'intent' ? one : valueWord(field, one)));
      return t('rule.is', { field: wordFor(t, 'rule', field), values: words.join(t('rule.or')) });
    });
    return parts.length === 0 ? t('rule.always') : parts.join(t('rule.and'));
  };
  return { values, valueWord, sentence };
}
