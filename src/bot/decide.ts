// Joins the three judgements with the state of the conversation into one decision. Pure: no clock, no IO, no wording.
import type { Team } from '../contract/content.ts';
import { type HandoffReason, RISK_ORDER, type RiskLevel, type RiskSignal } from '../contract/decision.ts';
import { bestEntry, bySameWords } from './by-order.ts';
import { byMedia, byWordless } from './by-signs.ts';
import {
  type Asking,
  because,
  type Decided,
  type DecideInput,
  type Decision,
  handoff,
  type IntentFacts,
  MISSES_BEFORE_PERSON,
  OPTIONS_MAX,
  type Option,
} from './decision.ts';
import { entryAbout, nextQuestion, type OpenQuestion, productRivals } from './missing-slot.ts';
import { angerRises } from './mood.ts';
import { givesNumber, whileWaiting } from './while-waiting.ts';

/** From here an intent that acts or hands off needs no asking, whatever entry lies near. */
const SURE = 0.8;
/** Below this nothing is suspected: the likeliest of a hundred intents is always something, also for what has nothing to do with the shop. */
const SUSPECTED_MIN = 0.15;

function worst(signals: readonly RiskSignal[]): RiskSignal | null {
  return [...signals].sort((a, b) => RISK_ORDER.indexOf(a.level) - RISK_ORDER.indexOf(b.level))[0] ?? null;
}

/** Risk comes before everything; confidence can never override it. */
function byRisk(input: DecideInput): Decided | null {
  const { judgement, memory } = input;
  // care changes how an answer is offered, and decides nothing: see compose
  const signal = worst(judgement.risks.filter(({ kind }) => kind !== 'care'));
  if (signal === null) return null;
  const complains = judgement.risks.some((s) => s.kind === 'complaint');
  const intent = judgement.intents[0]?.intent ?? null;
  switch (signal.kind) {
    case 'safety':
      return because(handoff('risk', signal.level, { intent, script: 'safety' }), `risk:${signal.rule}`);
    case 'scam':
      return because(handoff('risk', signal.level, { intent, script: 'scam' }), `risk:${signal.rule}`);
    case 'law':
      return because(
        handoff(complains ? 'complaint' : 'risk', signal.level, { intent, script: 'soothe' }),
        `risk:${signal.rule}`,
      );
    case 'complaint':
      return because(handoff('complaint', signal.level, { intent, script: 'soothe' }), `risk:${signal.rule}`);
    case 'asks_for_human':
      return because(handoff('asked_for_human', signal.level, { intent }), `risk:${signal.rule}`);
    case 'authority':
      return because(handoff('authority', signal.level, { intent }), `risk:${signal.rule}`);
    case 'emotion':
      return memory.soothed || angerRises(memory.moods, judgement.emotion)
        ? because(
            handoff('emotion', signal.level, { intent, script: 'soothe' }),
            `risk:${signal.rule}`,
            memory.soothed ? 'soothed before' : 'anger rises',
          )
        : because({ kind: 'clarify', why: 'emotion', options: optionsOf(input, 0) }, `risk:${signal.rule}`);
    case 'platform':
      return byPlatformRule(input, signal);
    case 'care':
      return null;
    default:
      return signal.kind satisfies never;
  }
}

/** What may be said is settled: the entry of the rule's own intent, and nothing that lies nearer. */
function byPlatformRule(input: DecideInput, { rule, answer }: RiskSignal): Decided | null {
  const entryId = answer === undefined ? null : bestEntry(input, answer);
  if (entryId === null) return null;
  const hit = input.judgement.faqs.find((one) => one.entryId === entryId) ?? null;
  return because({ kind: 'answer', entryId, hit, offer: 'nothing' }, `risk:${rule}`);
}

/** Said, and never what somebody wants: what a message is made of, and words of politeness. Nobody is asked to choose them. */
const NO_CHOICES = new Set(['emoji_only', 'media_only', 'greeting', 'thanks', 'goodbye', 'affirm', 'deny']);

function optionsOf({ judgement, intentOf }: DecideInput, min: number, without: string | null = null): Option[] {
  const options: Option[] = [];
  const seen = new Set<string>();
  for (const hit of judgement.faqs) {
    if (hit.score < min || hit.entryId === without || seen.has(hit.entryId)) continue;
    if (NO_CHOICES.has(intentOf(hit.entryId) ?? '')) continue;
    seen.add(hit.entryId);
    options.push({ kind: 'faq', entryId: hit.entryId, label: hit.title });
  }
  return options.slice(0, OPTIONS_MAX);
}

function byChoice(input: DecideInput): Decided | null {
  const { picked } = input;
  if (picked === null) return null;
  switch (picked.kind) {
    case 'human':
      return input.memory.stalledOrderId !== null
        ? because(handoff('answer_rejected', 'R3', { team: 'aftersale' }), 'choice:human', 'parcel stands still')
        : because(handoff('asked_for_human', 'R2'), 'choice:human');
    case 'message':
      return because(handoff('asked_for_human', 'R3', { script: 'message' }), 'choice:message');
    case 'callback':
    case 'call':
      return because(handoff('asked_for_human', 'R3', { intent: 'request_callback' }), 'choice:callback');
    case 'wait':
    case 'bot':
      return because({ kind: 'acknowledge' }, `choice:${picked.kind}`);
    case 'faq':
      return input.hasEntry(picked.entryId)
        ? because({ kind: 'answer', entryId: picked.entryId, hit: null, offer: 'nothing' }, 'choice:faq')
        : null;
    case 'slot':
      // nothing waits for it any more: an order alone is best shown by its parcel
      return picked.slot === 'order'
        ? because(
            { kind: 'act', action: 'track-logistics', intent: 'logistics_track', orderId: picked.value },
            'choice:order',
          )
        : null;
    case 'intent':
      return byIntent(input, picked.intent, 1) ?? null;
    default:
      return picked satisfies never;
  }
}

/**
 * The message itself: what its intent asks for, or the entry that answers it. Intents with the same consequence are one
 * suspicion: a fault that may also be a wrong item is a case for a person either way. An entry that is surer wins; when
 * neither is sure, the shopper is asked.
 */
function byMeaning(input: DecideInput): Decided | null {
  const { policy, judgement } = input;
  const same = bySameWords(input);
  if (same !== null) return asking(input, same);
  const answer = byFaq(input);
  const acting = suspicion(input);
  if (acting === null || acting.score < policy.actMin) return answer;
  const rival = judgement.faqs[0];
  const isRival = rival !== undefined && input.intent(input.intentOf(rival.entryId) ?? '')?.then === 'answer';
  if (isRival && answer !== null && rival.score >= acting.score) return answer;
  if (isRival && acting.score < SURE && rival.score >= acting.score) {
    return because({ kind: 'clarify', why: 'unsure', options: optionsWith(input, acting.name) }, 'unsure', 'near tie');
  }
  return byIntent(input, acting.name, acting.score) ?? answer;
}

/** The likeliest intent of the likeliest consequence that is not an answer, with the confidence of all of its kind. */
function suspicion({ judgement, intent }: DecideInput): { name: string; score: number } | null {
  const sums = new Map<string, { name: string; score: number }>();
  for (const guess of judgement.intents) {
    const then = intent(guess.intent)?.then;
    if (then === undefined) continue;
    const kind = typeof then === 'string' ? 'answer' : 'act' in then ? 'act' : 'handoff';
    const sum = sums.get(kind);
    if (sum === undefined) sums.set(kind, { name: guess.intent, score: guess.score });
    else sum.score = Math.min(0.999, sum.score + guess.score);
  }
  const [kind, best] = [...sums].sort((a, b) => b[1].score - a[1].score)[0] ?? [];
  return kind === undefined || kind === 'answer' ? null : best!;
}

/** What the intent's own file says should follow. */
function byIntent(input: DecideInput, name: string, score: number): Decided | null {
  const intent = input.intent(name);
  if (intent === undefined || score < input.policy.actMin) return null;
  if (typeof intent.then === 'string') {
    // a tapped intent has no retrieved hit: its own best entry answers
    const entryId = score === 1 ? input.entriesOf(name)[0] : undefined;
    return entryId === undefined
      ? null
      : because({ kind: 'answer', entryId, hit: null, offer: 'nothing' }, `intent:${name}`);
  }
  if ('act' in intent.then) {
    const orderId = input.judgement.slots.order?.[0] ?? null;
    return because({ kind: 'act', action: intent.then.act, intent: name, orderId }, `intent:${name}`);
  }
  const reason: HandoffReason =
    intent.stage === 'complaint' ? 'complaint' : intent.stage === 'handoff' ? 'asked_for_human' : 'policy';
  const risk: RiskLevel = reason === 'complaint' || reason === 'asked_for_human' ? 'R2' : 'none';
  return because(
    handoff(reason, risk, {
      intent: name,
      team: intent.then.handoff,
      script: reason === 'complaint' ? 'soothe' : 'plain',
    }),
    `intent:${name}`,
  );
}

/** The shopper says the last answer did not help, or asks the same again. */
function byDissatisfaction(input: DecideInput): Decided | null {
  const { judgement, memory } = input;
  const top = judgement.intents[0]?.intent;
  const about = top === undefined ? undefined : input.intent(top);
  // whatever is said about a running order after "your parcel stands still" says that this was not enough
  if (memory.stalledOrderId !== null && (judgement.rejects || about?.stage === 'insale')) {
    return because(
      handoff('answer_rejected', 'R3', { intent: top ?? null, team: 'aftersale' }),
      'rejected',
      'parcel stands still',
    );
  }
  if (!judgement.rejects || memory.lastAnswer === null) return null;
  if (memory.misses >= 1)
    return because(handoff('answer_rejected', 'R3', { intent: top ?? null }), 'rejected', 'second time');
  return because(
    { kind: 'clarify', why: 'rejected', options: optionsOf(input, input.policy.clarifyMin, memory.lastAnswer) },
    'rejected',
  );
}

function byFaq(input: DecideInput): Decided | null {
  const { judgement, policy, memory } = input;
  const best = judgement.faqs[0];
  if (best === undefined || best.score < policy.answerMin) return null;
  if (best.entryId === memory.lastAnswer && memory.repeats >= 1) {
    return memory.repeats >= 2
      ? because(handoff('repeated_question', 'R3', { intent: judgement.intents[0]?.intent ?? null }), 'repeated')
      : because(
          { kind: 'clarify', why: 'repeated', options: optionsOf(input, policy.clarifyMin, best.entryId) },
          'repeated',
        );
  }
  const which = whichProduct(input);
  if (which !== null) return which;
  const isOpen = input.intent(input.intentOf(best.entryId) ?? '')?.then === 'ask';
  const offer = judgement.risks.some((s) => s.kind === 'care') ? 'person' : isOpen ? 'menu' : 'nothing';
  const answer: Decision = { kind: 'answer', entryId: best.entryId, hit: best, offer };
  const decided = because(answer, `faq:${best.entryId}`);
  return isOpen ? decided : asking(input, decided);
}

/** The same words have an answer for each of several products. */
function whichProduct(input: DecideInput): Decided | null {
  const options = productRivals(input);
  const intent = input.intentOf(input.judgement.faqs[0]?.entryId ?? '');
  if (intent === undefined || options.length === 0) return null;
  const asking = { intent, slot: 'product' as const };
  return because({ kind: 'clarify', why: 'which_product', options, asking }, 'which product', `faq:${intent}`);
}

/** An answer that leaves something open asks for it, with choices: which order, which product, which size. */
function asking(input: DecideInput, { decision, reasons }: Decided): Decided {
  if (decision.kind !== 'answer') return { decision, reasons };
  const facts = input.intent(input.intentOf(decision.entryId) ?? '');
  if (facts?.asks === undefined) return { decision, reasons };
  // an entry about one product has answered for it
  const isAboutOne = input.productsOf(decision.entryId).length === 1 && facts.asks.slots[0] === 'product';
  const missing = isAboutOne ? 'off' : nextQuestion(input, facts);
  if (missing === 'off' || (missing === 'nothing' && facts.asks.then === 'answer')) return { decision, reasons };
  if (missing === 'nothing') return { decision: { ...decision, offer: 'person' }, reasons };
  const next = { ...decision, options: missing.options, asking: askingOf(facts, missing) };
  return { decision: next, reasons: [...reasons, `asks:${missing.slot}`] };
}

const askingOf = ({ name }: IntentFacts, { slot, known }: OpenQuestion): Asking => ({ intent: name, slot, known });

/** The shopper has said what was missing: the next thing that is, or what the whole was for. */
function byAsked(input: DecideInput): Decided | null {
  const { asked, judgement } = input;
  const facts = asked === null ? undefined : input.intent(asked.intent);
  if (asked === null || facts === undefined) return null;
  const goesOn = `goes on:${facts.name}`;
  const missing = nextQuestion(input, facts);
  if (typeof missing === 'object') {
    const asking = askingOf(facts, missing);
    return because({ kind: 'clarify', why: `which_${missing.slot}`, options: missing.options, asking }, goesOn);
  }
  if (missing === 'nothing' && typeof facts.asks?.then === 'object')
    return because(handoff('policy', 'none', { intent: facts.name, team: facts.asks.then.handoff }), goesOn);
  const same = bySameWords(input);
  if (same !== null) return { ...same, reasons: [goesOn, ...same.reasons] };
  if (typeof facts.then === 'object' && 'act' in facts.then)
    return because(
      { kind: 'act', action: facts.then.act, intent: facts.name, orderId: judgement.slots.order?.[0] ?? null },
      goesOn,
    );
  const entryId = entryAbout(input, facts.name) ?? bestEntry(input, facts.name);
  if (entryId === null) return null;
  const hit = judgement.faqs.find((one) => one.entryId === entryId) ?? null;
  return because({ kind: 'answer', entryId, hit, offer: 'nothing' }, goesOn);
}

/** Cross for the second turn running: what the bot says does not help any more. */
function byMood({ judgement, memory, picked }: DecideInput): Decided | null {
  if (picked !== null || !angerRises(memory.moods, judgement.emotion)) return null;
  const intent = judgement.intents[0]?.intent ?? null;
  return because(
    handoff('emotion', 'R3', { intent, script: 'soothe' }),
    `emotion:${judgement.emotion.by}`,
    'anger rises',
  );
}

function bySuspicion(input: DecideInput): Decided {
  const { judgement, policy, memory } = input;
  const intent = judgement.intents[0];
  if (memory.stalledOrderId !== null) {
    const about = { intent: intent?.intent ?? null, team: 'aftersale' as const };
    return because(handoff('answer_rejected', 'R3', about), 'unsure', 'parcel stands still');
  }
  if (memory.misses >= MISSES_BEFORE_PERSON) {
    return because(
      handoff('low_confidence', 'R3', { intent: intent?.intent ?? null }),
      'unsure',
      `misses:${memory.misses}`,
    );
  }
  const which = whichProduct(input);
  if (which !== null) return which;
  const acting = judgement.intents.slice(0, 2).find((guess) => {
    const then = input.intent(guess.intent)?.then;
    return typeof then === 'object' && 'act' in then && guess.score >= policy.clarifyMin;
  });
  const options = optionsWith(input, acting?.intent ?? null);
  // Nothing to offer, and the likeliest thing is a case for a person: asking "what do you mean?" would only anger them.
  const likely = judgement.faqs.some((hit) => hit.score >= policy.clarifyMin) ? null : suspicion(input);
  if (options.length === 0 && likely !== null && likely.score >= SUSPECTED_MIN) {
    const about = { intent: likely.name, team: teamOf(input.intent(likely.name)) };
    return because(handoff('low_confidence', 'R3', about), 'unsure', `case:${likely.name}`);
  }
  return options.length > 0
    ? because({ kind: 'clarify', why: 'unsure', options }, 'unsure')
    : because({ kind: 'clarify', why: 'lost', options: [] }, 'lost');
}

const teamOf = (intent: IntentFacts | undefined): Team | null =>
  typeof intent?.then === 'object' && 'handoff' in intent.then ? intent.then.handoff : null;

/** The entries worth offering; an intent that acts has none of its own, so it is offered by name, first. */
function optionsWith(input: DecideInput, name: string | null): Option[] {
  const options = optionsOf(input, input.policy.clarifyMin);
  const facts = name === null ? undefined : input.intent(name);
  if (typeof facts?.then === 'object' && 'act' in facts.then)
    options.unshift({ kind: 'intent', intent: facts.name, label: facts.label });
  return options.slice(0, OPTIONS_MAX);
}

const rank = (level: RiskLevel): number => RISK_ORDER.indexOf(level);

/**
 * Nobody reads a message before the morning, and a place in line was given for what was at stake then: what turns graver is a case
 * of its own. Everything else is the queue's.
 */
function whileInQueue(input: DecideInput): Decided {
  const { judgement, policy, picked, wait } = input;
  if (!wait) return because({ kind: 'silent' }, 'waits for a person');
  const risk = givesNumber(judgement.text, input.memory.call) ? null : byRisk(input);
  if (risk?.decision.kind === 'handoff' && risk.decision.reason !== 'asked_for_human') {
    const isGrave = rank(risk.decision.risk) <= rank('R2');
    // an ordinary case may be R2 only for its place in line
    const wasLess = wait.state === 'deferred' || wait.mayLeave || rank(risk.decision.risk) < rank(wait.risk);
    if (isGrave && wasLess) return risk;
  }
  const { decision, reason } = whileWaiting({
    judgement,
    policy,
    picked,
    wait,
    call: input.memory.call,
    quote: input.memory.quote,
  });
  return because(decision, reason);
}

/** One decision for one turn. First that has something to say wins: owner, risk, what was asked, choice, what is no text, mood, dissatisfaction, what is no words, meaning, doubt. */
export function decide(input: DecideInput): Decided {
  if (input.ownerKind === 'agent' || input.ownerKind === 'platform_agent')
    return because({ kind: 'silent' }, 'a person owns it');
  if (input.ownerKind === 'queue') return whileInQueue(input);
  return (
    byRisk(input) ??
    byAsked(input) ??
    byChoice(input) ??
    byMedia(input) ??
    byMood(input) ??
    byDissatisfaction(input) ??
    byWordless(input) ??
    byMeaning(input) ??
    bySuspicion(input)
  );
}
