// How the shopper feels now, as a piece of a query over a conversation and its handoff. Judges nothing: it reads what was judged.

const named = (value: string): string => `nullif(${value}, 'neutral')`;

/**
 * Of `c` (conversations) and `h` (handoffs, may be null). While a person has it their last two messages count, so that a bare
 * order number after an outburst does not look calm; before that what the bot heard last; of an ended case what came with it.
 */
export const FEELING = `case when h.mood is not null then coalesce(${named(`h.mood->>'name'`)}, ${named(`h.mood->>'before'`)})
  when h.state in ('waiting', 'offered', 'deferred')
    then coalesce(${named(`c.memory->'moods'->-1->>'name'`)}, ${named(`h.packet->'emotion'->>'name'`)})
  else coalesce(${named(`h.packet->'emotion'->>'name'`)}, ${named(`c.memory->'moods'->-1->>'name'`)}) end`;
