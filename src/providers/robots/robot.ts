// What every group robot is: a notice in, one message to a group of staff out. Types only.

/** Plain text throughout: marks of a platform's own language are taken out of it. */
export interface Notice {
  title: string;
  lines: readonly string[];
  /** Where to look closer, in our console. */
  link?: { label: string; url: string };
  /** Calls everybody in the group. */
  everyone?: boolean;
}

export interface RobotTarget {
  /** As the platform shows it; holds the key. */
  url: string;
  /** Signs each message; WeCom has none. */
  secret: string;
}

/** What the platform said in its answer's body. Its own sentence is not kept: it may repeat the key or the request. */
export type Verdict =
  | { kind: 'done' }
  /** Not now; worth another try in a moment. */
  | { kind: 'busy' }
  | { kind: 'too-fast' }
  /** The secret is wrong, or one of the two clocks. */
  | { kind: 'signature' }
  | { kind: 'refused'; means: string };

export interface Written {
  url: string;
  body: string;
  /** Counted as the platform counts. */
  bytes: number;
}

/** A platform's manners. A new robot is a file with these and a line in the table. */
export interface RobotRules {
  /** As people call it. */
  title: string;
  perMinute: number;
  /** Between two messages. */
  gapMs: number;
  /** How long the platform hears nothing from who was too fast. */
  shutOutMs: number;
  bytesMax: number;
  write(target: RobotTarget, notice: Notice, at: Date): Written;
  /** Of an answer with status 200; `code` is a number, whatever the platform calls it, or null when there was none. */
  codeOf(answer: Readonly<Record<string, unknown>>): unknown;
  judge(code: number, message: string): Verdict;
}
