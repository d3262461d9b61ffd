// Judges one round of agents who claim, take over, hand on and resolve one conversation at the same moment, by their answers and by the rows. Pure.

/** What an agent asked, and what they heard. */
export interface Call {
  agent: string;
  what: 'claim' | 'takeover' | 'cancel-transfer' | 'resolve';
  status: number;
}

/** What the rows say of a conversation, in one look. */
export interface Standing {
  /** Of the conversation; null when the bot or the queue has it. */
  owner: string | null;
  ownerKind: string;
  epoch: number;
  /** Of its open handoff. */
  handoffOwner: string | null;
  handoffState: string | null;
  /** Whose assignments are not over. */
  atWork: string[];
  /** Assignments there ever were. */
  assignments: number;
}

export interface Round {
  before: Standing;
  /** One call an agent at most; the owner of before neither claims nor takes over. */
  calls: readonly Call[];
  after: Standing;
  /** Who was let through with words for the shopper right after. */
  spoke: readonly string[];
}

/** Owner by the conversation, by the handoff and by the assignment: one and the same, at any moment. */
export function judgeStanding(s: Standing): string[] {
  const wrong: string[] = [];
  const should = s.handoffState === null ? 'bot' : s.handoffState === 'with-agent' ? 'agent' : 'queue';
  if (s.ownerKind !== should) wrong.push(`owned by ${s.ownerKind} while the handoff is ${s.handoffState}`);
  if (s.owner !== s.handoffOwner) wrong.push(`the conversation says ${s.owner}, the handoff ${s.handoffOwner}`);
  if (s.atWork.join() !== (s.owner ?? '')) wrong.push(`at work: ${s.atWork.join(', ') || 'nobody'}, owner: ${s.owner}`);
  return wrong;
}

const ALLOWED: Record<Call['what'], readonly number[]> = {
  claim: [200, 409],
  takeover: [200],
  'cancel-transfer': [204, 409],
  resolve: [200, 409],
};

/** Every way in which a round did not end with one owner, all others told; empty when it did. */
export function judgeRound({ before, calls, after, spoke }: Round): string[] {
  const wrong = judgeStanding(after);
  for (const { agent, what, status } of calls)
    if (!ALLOWED[what].includes(status)) wrong.push(`${agent} was answered ${status} to ${what}`);
  const got = calls.filter((c) => c.status === 200 && (c.what === 'claim' || c.what === 'takeover'));
  const ended = calls.filter((c) => c.status === 200 && c.what === 'resolve');
  const changes = got.length + ended.length;
  if (after.epoch - before.epoch !== changes)
    wrong.push(`${changes} were told that it changed hands, the epoch grew by ${after.epoch - before.epoch}`);
  if (after.assignments - before.assignments !== got.length)
    wrong.push(`${got.length} were told that they have it, ${after.assignments - before.assignments} were assigned`);
  const may = changes === 0 ? [before.owner] : [...got.map((c) => c.agent), ...(ended.length > 0 ? [null] : [])];
  if (!may.includes(after.owner)) wrong.push(`${after.owner} has it and never asked with success`);
  if (spoke.join() !== (after.owner ?? ''))
    wrong.push(`let through: ${spoke.join(', ') || 'nobody'}; owner: ${after.owner}`);
  return wrong;
}
