// Judges one claim race by what each agent was told and what the rows say. Pure; the product and the naive control are judged alike.

export interface ClaimAnswer {
  agent: string;
  status: number;
  /** The owner's name in a refusal. */
  owner: string | null;
}

/** What the rows say after the race. */
export interface Outcome {
  owner: string | null;
  /** Who was ever assigned. */
  assigned: string[];
}

export interface Race {
  id: string;
  answers: ClaimAnswer[];
}

/** Every way in which the race did not end with exactly one owner whom everybody was told of; empty when it did. */
export function judgeRace({ answers }: Race, outcome: Outcome): string[] {
  const wrong: string[] = [];
  const winners = answers.filter((a) => a.status === 200).map((a) => a.agent);
  if (winners.length !== 1) wrong.push(`${winners.length} agents were told 200 (${winners.join(', ')})`);
  for (const { agent, status, owner } of answers) {
    if (status === 200) continue;
    if (status !== 409) wrong.push(`${agent} was answered ${status}`);
    else if (owner !== winners[0]) wrong.push(`${agent} heard that ${owner} owns it, but ${winners[0]} does`);
  }
  if (outcome.owner !== winners[0]) wrong.push(`the row says ${outcome.owner}, the answer said ${winners[0]}`);
  if (outcome.assigned.length !== 1 || outcome.assigned[0] !== winners[0])
    wrong.push(`assignments: ${outcome.assigned.join(', ') || 'none'}`);
  return wrong;
}
