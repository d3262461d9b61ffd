// The one filter for every outgoing text, by whomever it was written. Deterministic; knows no conversation and no model.
import type { ChannelKind } from '../contract/conversation.ts';
import { inventedIn } from './fidelity.ts';
import { findLinks, isAllowed } from './links.ts';
import { findPersonalData } from './mask.ts';
import { normaliseForRules } from './normalise.ts';
import { ADVERTISING } from './packs/advertising.ts';
import { CONDUCT } from './packs/conduct.ts';
import { CONTACTS } from './packs/contacts.ts';
import { type Finding, matchRule, type Rule, type Speaker } from './rule.ts';

export interface OutgoingContext {
  channel: ChannelKind;
  author: Speaker;
  /** The curated text this one was made from; with it every number, amount, time and promise must occur there. */
  source?: string;
  /** Hosts a link may lead to; a host allows the names below it. */
  allowedHosts: readonly string[];
  /** The shop's own, besides those of law and platforms. */
  words?: readonly { word: string; why: string }[];
}

export type CheckResult = { ok: true } | { ok: false; findings: Finding[] };

/** As they are shown to whoever has to keep them. */
export const PACKS = { advertising: ADVERTISING, contacts: CONTACTS, conduct: CONDUCT } as const;

const RULES: readonly Rule[] = Object.values(PACKS).flat();

/** A longer text is no chat message; it is refused rather than searched. */
const TEXT_MAX = 20_000;
const EVIDENCE_MAX = 60;

/** Never throws and changes nothing. `findings` are in the order of the packs; what to do with them is the caller's. */
export function checkOutgoing(text: string, context: OutgoingContext): CheckResult {
  if (text.length > TEXT_MAX) {
    return asResult([
      { rule: 'too-long', evidence: `${text.length}`, why: `消息应不超过 ${TEXT_MAX} 个字`, source: '本系统限制' },
    ]);
  }
  const plain = normaliseForRules(text);
  const source = context.source === undefined ? null : normaliseForRules(context.source);
  const findings = RULES.filter((rule) => appliesOn(rule, context.channel)).flatMap((rule) =>
    matchRule(rule, plain, source),
  );
  findings.push(...ownWords(plain, context.words ?? []));
  findings.push(...foreignLinks(plain, context.allowedHosts), ...leaksIn(text));
  if (source !== null && source !== plain) findings.push(...inventedIn(plain, source));
  return asResult(findings);
}

const appliesOn = ({ onlyChannels, exceptChannels }: Rule, channel: ChannelKind): boolean =>
  (onlyChannels?.includes(channel) ?? true) && !exceptChannels?.includes(channel);

export function asResult(findings: readonly Finding[]): CheckResult {
  if (findings.length === 0) return { ok: true };
  return {
    ok: false,
    findings: findings.map((found) => ({ ...found, evidence: found.evidence.slice(0, EVIDENCE_MAX) })),
  };
}

/** Written with spaces or in other widths it is the same word. */
function ownWords(plain: string, words: NonNullable<OutgoingContext['words']>): Finding[] {
  const close = plain.replace(/\s+/g, '');
  return words
    .filter(({ word }) => close.includes(normaliseForRules(word).replace(/\s+/g, '')))
    .map(({ word, why }) => ({ rule: 'shop-word', evidence: word, why, source: '本店的禁用词' }));
}

function foreignLinks(plain: string, allowedHosts: readonly string[]): Finding[] {
  return findLinks(plain)
    .filter((link) => !isAllowed(link, allowedHosts))
    .map((link) => ({
      rule: 'foreign-link',
      evidence: link.text,
      why: '链接不在本店允许的域名之内，请删去或换成本店链接',
      source: '各平台规则：禁止发送站外链接',
    }));
}

const LEAKS = new Set(['phone', 'landline', 'id_card', 'bank_card', 'email']);

/** The evidence shows the kind only: a finding is stored and must not carry what it keeps back. */
function leaksIn(text: string): Finding[] {
  return findPersonalData(text.normalize('NFKC'))
    .filter((found) => LEAKS.has(found.kind))
    .map((found) => ({
      rule: 'personal-data',
      evidence: `${found.kind}:${found.value.slice(0, 2)}***`,
      why: '外发内容含完整的电话、证件、卡号或邮箱，请打码，例如 138****8000',
      source: '《中华人民共和国个人信息保护法》第六条、第五十一条',
    }));
}
