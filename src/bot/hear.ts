// What one turn's messages say: a new message, or the choice that completes an earlier question. Decides nothing.
import type { ChannelKind } from '../contract/conversation.ts';
import type { Emotion, Judgement } from '../contract/decision.ts';
import type { ClaimedTurn } from '../conversations/turns.ts';
import { withoutCodes } from '../understanding/emoji-codes.ts';
import type { Knowledge, UnderstandContext } from './knowledge.ts';
import { type Asked, type Memory, type Picked, pickBySlots, pickChoice } from './memory.ts';
import type { StockedShelf } from './shelf.ts';

export interface Heard {
  judgement: Judgement;
  picked: Picked | null;
  /** The question that the picked slot completes; the judgement is of that question. */
  asked: Asked | null;
  /** The words the judgement was made on. */
  said: string;
  /** The page the shopper asks from, or the product they picked. */
  productId: string | null;
}

const CALM: Emotion = { name: 'neutral', strength: 0, evidence: '', by: '' };

export const saidIn = (turn: ClaimedTurn): string => turn.messages.map((m) => m.text).join('\n');

export async function hear(
  deps: { knowledge: Knowledge; shelf: StockedShelf; channel: ChannelKind; today: string },
  turn: ClaimedTurn,
  memory: Memory,
): Promise<Heard> {
  const { knowledge, shelf } = deps;
  const last = turn.messages.at(-1);
  const page = last?.payload.productId ?? null;
  const context = (productId: string | null): UnderstandContext => ({
    shopId: turn.shopId,
    channel: deps.channel,
    today: deps.today,
    goods: shelf.words,
    ...(productId === null ? {} : { productId }),
  });
  const said = saidIn(turn);
  const chosen = last ? pickChoice(memory, last.payload.choice, last.text) : null;
  const goesOn = memory.asked !== null && (chosen?.kind === 'slot' || chosen?.kind === 'human');
  if (memory.asked === null || !goesOn) {
    const judgement = await knowledge.understand(withoutCodes(said), context(page));
    const named = chosen === null ? pickBySlots(memory, judgement.slots, said) : null;
    if (named === null || memory.asked === null)
      return { judgement, picked: chosen, asked: null, said, productId: page };
    return complete(memory.asked, named);
  }
  return complete(memory.asked, chosen);

  /** The earlier question with what was missing; how it was felt then is no news. */
  async function complete(asked: Asked, picked: Picked): Promise<Heard> {
    const slots = { ...asked.slots, ...(picked.kind === 'slot' ? { [picked.slot]: [spelt(picked)] } : {}) };
    const productId = (slots.product?.length === 1 ? shelf.product(slots.product[0]!)?.id : undefined) ?? page;
    const judgement = await knowledge.understand(withoutCodes(asked.text), context(productId));
    const risks = judgement.risks.filter((signal) => signal.kind !== 'emotion');
    return {
      judgement: { ...judgement, risks, emotion: CALM, slots: { ...judgement.slots, ...slots } },
      picked,
      asked: picked.kind === 'slot' ? { ...asked, slots } : null,
      said: asked.text,
      productId,
    };
  }

  function spelt(picked: Picked & { kind: 'slot' }): string {
    return picked.slot === 'product' ? (shelf.product(picked.value)?.title ?? picked.value) : picked.value;
  }
}
