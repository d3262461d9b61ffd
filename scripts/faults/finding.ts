// What the checker reports.

/** One violation, with what is needed to find it in the files. */
export interface Finding {
  shopper: string;
  what: string;
  /** Ids of messages, deliveries or handoffs involved. */
  ids: string[];
}
