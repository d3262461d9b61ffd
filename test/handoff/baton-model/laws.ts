// The laws of the baton, told by the rows alone, whatever was done and whether or not it was allowed. Knows no model.
import { newsSince, type Seen, type SeenCase, type SeenTalk } from './snapshot.ts';

const openOnes = (talk: SeenTalk): SeenCase[] => talk.cases.filter((c) => c.open);
const atWork = (c: SeenCase) => c.assignments.filter((a) => a.endedAt === null);

/** Exactly one owner, and conversation, handoff and assignment agree who. */
function ownership(talk: SeenTalk): string[] {
  const open = openOnes(talk);
  if (open.length > 1) return [`${open.length} open handoffs`];
  const c = open[0];
  const wrong: string[] = [];
  const may = !c ? ['bot', 'platform_agent'] : c.place === 'with-agent' ? ['agent'] : ['queue'];
  if (!may.includes(talk.ownerKind))
    wrong.push(`the conversation is owned by ${talk.ownerKind}, the handoff is ${c?.place ?? 'resolved'}`);
  if ((talk.ownerKind === 'agent') !== (talk.ownerId !== null)) wrong.push(`an owner without a name`);
  if (talk.ownerId !== (c?.place === 'with-agent' ? c.holder : null))
    wrong.push(`the conversation says ${talk.ownerId}, the handoff says ${c?.holder}`);
  for (const each of talk.cases) {
    const busy = atWork(each);
    const needed = each.open && (each.place === 'offered' || each.place === 'with-agent') ? 1 : 0;
    if (busy.length !== needed) wrong.push(`handoff ${each.id} is ${each.place} with ${busy.length} open assignments`);
    const [work] = busy;
    if (work && work.agent !== (each.place === 'offered' ? each.asked : each.holder))
      wrong.push(`handoff ${each.id}: the assignment is of somebody else`);
    if (work && (work.acceptedAt !== null) !== (each.place === 'with-agent'))
      wrong.push(`handoff ${each.id}: the assignment is accepted and the handoff is not, or the other way round`);
    if (each.assignments.some((a) => (a.endedAt === null) !== (a.outcome === null)))
      wrong.push(`handoff ${each.id}: an assignment ended without an outcome`);
    if (each.stray.length > 0) wrong.push(`handoff ${each.id}: ${each.stray.join(', ')} belongs to another state`);
  }
  return wrong;
}

/** Nothing of the bot's waits or begins to be sent while a person has the conversation. */
function fence(talk: SeenTalk): string[] {
  if (talk.ownerKind !== 'agent' && talk.ownerKind !== 'platform_agent') return [];
  return talk.outbox
    .filter((o) => o.author !== 'agent' && o.epoch >= talk.epoch && o.state !== 'cancelled')
    .map((o) => `the bot says ${o.id} (${o.state}) at epoch ${o.epoch} of a person at ${talk.epoch}`);
}

/** What has happened stays as it was. */
function history(before: SeenTalk, after: SeenTalk): string[] {
  const wrong: string[] = [];
  const changed = before.ownerKind !== after.ownerKind || before.ownerId !== after.ownerId;
  if (after.epoch < before.epoch) wrong.push(`the epoch fell from ${before.epoch} to ${after.epoch}`);
  if (changed && after.epoch === before.epoch) wrong.push('the owner changed and the epoch did not');
  for (const row of before.outbox) {
    const now = after.outbox.find((o) => o.id === row.id);
    if (!now || now.epoch !== row.epoch || now.author !== row.author) wrong.push(`outbox ${row.id} became another`);
    if (['sent', 'cancelled', 'unknown'].includes(row.state) && now?.state !== row.state)
      wrong.push(`outbox ${row.id} was ${row.state} and is ${now?.state}`);
  }
  for (const old of before.cases) {
    const now = after.cases.find((c) => c.id === old.id);
    if (!now) {
      wrong.push(`handoff ${old.id} is gone`);
      continue;
    }
    if (now.queuedAt !== old.queuedAt) wrong.push(`handoff ${old.id} lost its age`);
    if (!old.open && now.open) wrong.push(`handoff ${old.id} came back`);
    for (const was of old.assignments) {
      const is = now.assignments.find((a) => a.id === was.id);
      const moved = was.endedAt !== null && (is?.endedAt !== was.endedAt || is.outcome !== was.outcome);
      if (!is || moved || (was.acceptedAt !== null && is.acceptedAt !== was.acceptedAt))
        wrong.push(`assignment ${was.id} was rewritten`);
    }
  }
  return wrong;
}

const endedOf = (seen: Seen): Map<string, number> =>
  new Map(
    seen.talks.flatMap((t) =>
      t.cases.flatMap((c) => c.assignments.filter((a) => a.endedAt !== null).map((a) => [a.id, a.agent] as const)),
    ),
  );

/** Who ends work is idle from then on, nobody else. */
function idleness(before: Seen, after: Seen): string[] {
  const ended = endedOf(before);
  const justEnded = new Set([...endedOf(after)].filter(([id]) => !ended.has(id)).map(([, agent]) => agent));
  return after.agents.flatMap((agent, who) =>
    (agent.idleSince !== before.agents[who]!.idleSince) === justEnded.has(who)
      ? []
      : [`agent ${who} is idle since another time`],
  );
}

const allCases = (seen: Seen): SeenCase[] => seen.talks.flatMap((t) => t.cases);

/** Which agent has each open case, or is being asked. */
const carriersOf = (seen: Seen): Map<string, number> =>
  new Map(
    allCases(seen).flatMap((c) => {
      const carrier = c.open ? (c.asked ?? c.holder) : null;
      return carrier === null ? [] : [[c.id, carrier] as const];
    }),
  );

/**
 * An offer never fills an agent beyond what they carry, unless it is all they have: told move by move in the order of the
 * desk's topic, because a take-over may fill them beyond it right afterwards. What was told ends where the rows are.
 */
function offers(before: Seen, after: Seen): string[] {
  const wrong: string[] = [];
  const weights = new Map(allCases(after).map((c) => [c.id, c.weight]));
  const carriers = carriersOf(before);
  for (const { handoffId, what, carrier } of newsSince(before, after)) {
    if (handoffId === null) continue;
    if (carrier === null) carriers.delete(handoffId);
    else carriers.set(handoffId, carrier);
    if (what !== 'offer') continue;
    const { capacity } = after.agents[carrier!]!;
    const carried = [...carriers].filter(([, who]) => who === carrier).map(([id]) => weights.get(id)!);
    const load = carried.reduce((sum, weight) => sum + weight, 0);
    if (load > capacity && !(carried.length === 1 && capacity > 0))
      wrong.push(`agent ${carrier} carries ${load} of ${capacity} after an offer`);
  }
  const rows = carriersOf(after);
  for (const id of weights.keys())
    if (rows.get(id) !== carriers.get(id))
      wrong.push(`handoff ${id}: the desk heard of ${carriers.get(id)}, the row says ${rows.get(id)}`);
  return wrong;
}

/** Every law that is broken, in words; empty when all hold. */
export function brokenLaws(before: Seen, after: Seen): string[] {
  return [
    ...after.talks.flatMap((talk, n) => {
      const wrong = [...ownership(talk), ...fence(talk), ...history(before.talks[n]!, talk)];
      if (talk.messages.length !== talk.said)
        wrong.push(`${talk.messages.length} messages, numbered up to ${talk.said}`);
      return wrong.map((what) => `conversation ${n}: ${what}`);
    }),
    ...idleness(before, after),
    ...offers(before, after),
  ];
}
