// One owner at a time, and a bot that is silent meanwhile. Pure.
import type { Finding } from './finding.ts';
import { type Claim, type History, happened, type Release } from './history.ts';

/** From the moment an agent knew they had it to the moment they let go. */
interface Holding {
  claim: Claim;
  release: Release | null;
}

/** The first release by the same agent after the claim; one without an answer counts, for it may have happened. */
function holdings(history: History): Holding[] {
  return history.claims
    .filter((claim) => claim.outcome === 'done')
    .map((claim) => ({
      claim,
      release:
        history.releases.find(
          (release) =>
            release.handoff === claim.handoff &&
            release.agent === claim.agent &&
            release.asked >= claim.at &&
            happened(release.outcome),
        ) ?? null,
    }));
}

const letGoAt = (holding: Holding): number => holding.release?.asked ?? Number.POSITIVE_INFINITY;

function heldTwice(history: History, all: readonly Holding[]): Finding[] {
  const found: Finding[] = [];
  const byConversation = Map.groupBy(all, (holding) => holding.claim.conversation);
  for (const [conversation, own] of byConversation) {
    const inOrder = own.toSorted((a, b) => a.claim.at - b.claim.at);
    for (const [i, second] of inOrder.entries()) {
      const first = inOrder
        .slice(0, i)
        .find((f) => f.claim.agent !== second.claim.agent && letGoAt(f) > second.claim.at);
      if (!first) continue;
      const what = `${first.claim.agent} and ${second.claim.agent} both have conversation ${conversation}`;
      const shopper = history.shopperOf(conversation) ?? conversation;
      found.push({ shopper, what, ids: [...new Set([first.claim.handoff, second.claim.handoff])] });
    }
  }
  return found;
}

/** A reply that was accepted while only somebody else had the conversation. */
function repliedWithoutOwning(history: History, all: readonly Holding[]): Finding[] {
  return history.replies
    .filter((reply) => reply.outcome === 'done')
    .filter((reply) => {
      const holders = all.filter(
        ({ claim, release }) =>
          claim.conversation === reply.conversation &&
          claim.asked <= reply.at &&
          (release?.at ?? Number.POSITIVE_INFINITY) >= reply.asked,
      );
      return holders.length > 0 && holders.every(({ claim }) => claim.agent !== reply.agent);
    })
    .map((reply) => ({
      shopper: history.shopperOf(reply.conversation) ?? reply.conversation,
      what: `a reply of ${reply.agent} was accepted while somebody else had the conversation`,
      ids: [reply.id],
    }));
}

function talkedOver(history: History, all: readonly Holding[]): Finding[] {
  const agentSaid = new Set(history.replies.map((reply) => `${reply.conversation}\n${reply.text}`));
  const botSaid = [
    ...history.deliveries.filter((d) => d.from === 'bot'),
    ...history.wechatSent.flatMap((m) => {
      const conversation = history.conversationOf(m.shopper);
      if (conversation === null || agentSaid.has(`${conversation}\n${m.content}`)) return [];
      return [{ conversation, shopper: m.shopper, at: m.at, id: `wechat: ${m.content.slice(0, 40)}` }];
    }),
  ];
  return botSaid.flatMap((said) => {
    const during = all.find(
      (holding) =>
        holding.claim.conversation === said.conversation && holding.claim.at < said.at && said.at < letGoAt(holding),
    );
    if (!during) return [];
    const what = `the bot spoke while ${during.claim.agent} had conversation ${said.conversation}`;
    return [{ shopper: said.shopper, what, ids: [said.id, during.claim.handoff] }];
  });
}

export function checkOwners(history: History): { doubleOwners: Finding[]; talkedOver: Finding[] } {
  const all = holdings(history);
  return {
    doubleOwners: [...heldTwice(history, all), ...repliedWithoutOwning(history, all)],
    talkedOver: talkedOver(history, all),
  };
}
