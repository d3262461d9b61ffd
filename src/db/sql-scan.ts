// Reads just enough SQL to know what one shared engine must not be asked, what changes a session and who listens;
// it is no parser and must not decide about anything else.

export interface ListenChange {
  kind: 'listen' | 'unlisten';
  /** The channel as the engine names it; `*` with `unlisten` means all. */
  channel: string;
}

export interface Scan {
  /** Why the text cannot run on a shared engine. */
  refusal?: string;
  /** LISTEN and UNLISTEN in the order they would run. */
  listens: readonly ListenChange[];
  /** The text may change session settings for longer than its transaction. */
  changesSettings: boolean;
  /** Names such as `app.shop_id` that the engine cannot list by itself. */
  customNames: readonly string[];
}

const harmless: Scan = { listens: [], changesSettings: false, customNames: [] };

/** Most texts hold none of these words and need no closer look. */
const interesting =
  /\b(?:set|reset|set_config|listen|unlisten|copy|prepare|deallocate|discard|hold|temp|temporary|pg_(?:try_)?advisory_(?:lock|unlock)\w*)\b/i;

const sessionLock = /\bpg_(?:try_)?advisory_(?:lock|unlock)/i;
const dottedName = /[a-z_][\w$]*(?:\.[a-z_][\w$]*)+/gi;
const setConfig = /\bset_config\b/gi;
const localSetConfig = /\bset_config\s*\([^()]*,\s*true\s*\)/gi;
const lastingSet = /^(?:set\s+(?!local\b|transaction\b|constraints\b)|reset\b)/i;
const listenWords = /^(?:(un)?listen)\s+(?:"((?:[^"]|"")+)"|([\w$\u0080-\uffff]+|\*))\s*$/i;

/** First words of a statement -> why it is refused. */
const refusedStarts: [RegExp, string][] = [
  [/^copy\b/i, 'COPY is not available in embedded mode; use INSERT .. SELECT FROM unnest(..)'],
  [/^prepare\s+(?!transaction\b)/i, 'PREPARE is not available in embedded mode; use named statements of the driver'],
  [/^deallocate\b/i, 'DEALLOCATE is not available in embedded mode; named statements are freed with the connection'],
  [/^discard\b/i, 'DISCARD is not available in embedded mode, it would reset the other connections; use RESET'],
  [
    /^(?:re)?set\s+(?:session\s+|local\s+)?session\s+authorization\b/i,
    'SET SESSION AUTHORIZATION is not available in embedded mode; connect as that role',
  ],
  [
    /^declare\b.*\bwith\s+hold\b/is,
    'WITH HOLD cursors are not available in embedded mode, they would outlive their connection',
  ],
  [
    /^(?:create\s+(?:(?:global|local)\s+)?(?:temp|temporary)\b(?!.*\bon\s+commit\s+drop\b)|select\b.*\binto\s+(?:temp|temporary)\b)/is,
    'temporary objects are shared by all connections in embedded mode; create the table with ON COMMIT DROP',
  ],
];

/** Constant texts come again and again, so their answers are kept; long ones are not worth the memory. */
const known = new Map<string, Scan>();
const knownMax = 2_000;
const knownTextMax = 8_192;

export function scanSql(sql: string): Scan {
  const cached = known.get(sql);
  if (cached) return cached;
  const scan = interesting.test(sql) ? examine(sql) : harmless;
  if (sql.length <= knownTextMax) {
    if (known.size >= knownMax) known.clear();
    known.set(sql, scan);
  }
  return scan;
}

function examine(sql: string): Scan {
  const listens: ListenChange[] = [];
  const customNames = new Set<string>();
  let refusal: string | undefined;
  let changesSettings = false;
  for (const statement of splitStatements(sql)) {
    const { skeleton, body } = statement;
    refusal ??= refusalOf(skeleton, body);
    const listen = listenWords.exec(skeleton);
    if (listen) listens.push(listenChange(listen));
    if (changesSession(skeleton, body)) {
      changesSettings = true;
      for (const name of sql.match(dottedName) ?? []) customNames.add(name.toLowerCase());
    }
  }
  return { ...(refusal ? { refusal } : {}), listens, changesSettings, customNames: [...customNames] };
}

function refusalOf(skeleton: string, body: string): string | undefined {
  if (sessionLock.test(skeleton) || sessionLock.test(body)) {
    return 'session advisory locks are not available in embedded mode, all connections share one session; use pg_advisory_xact_lock';
  }
  return refusedStarts.find(([start]) => start.test(skeleton))?.[1];
}

function listenChange(words: RegExpExecArray): ListenChange {
  const [, un, quoted, plain] = words;
  const channel = quoted?.replaceAll('""', '"') ?? (plain as string).toLowerCase();
  return { kind: un ? 'unlisten' : 'listen', channel: truncateIdentifier(channel) };
}

/** PostgreSQL cuts identifiers at 63 bytes, and a notification carries the cut name. */
function truncateIdentifier(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= 63) return name;
  let end = 63;
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/** Errs on the side of yes: a needless yes costs half a millisecond, a needless no loses a setting. */
function changesSession(skeleton: string, body: string): boolean {
  if (lastingSet.test(skeleton)) return true;
  const text = skeleton + body;
  if ((text.match(setConfig)?.length ?? 0) > (text.match(localSetConfig)?.length ?? 0)) return true;
  return /^do\b/i.test(skeleton) && /\bset\b/i.test(body);
}

export interface Statement {
  /** The statement without comments, its string literals empty, its dollar-quoted bodies taken out. */
  skeleton: string;
  /** The dollar-quoted bodies, without comments. */
  body: string;
}

/** Splits at semicolons that are outside of quotes, comments and dollar-quoted bodies. */
export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let skeleton = '';
  let body = '';
  const finish = () => {
    const text = skeleton.trim();
    if (text) statements.push({ skeleton: text, body });
    skeleton = '';
    body = '';
  };
  // A doubled quote reads as two neighbours, which is the same thing here and keeps the pattern free of backtracking.
  const token =
    /--[^\n]*|\/\*|(?<![\w$])[eE]'(?:[^'\\]+|\\[\s\S]|'')*'?|'[^']*'?|"[^"]*"?|(?<![\w$])\$(?:[a-zA-Z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|;/g;
  let from = 0;
  for (let found = token.exec(sql); found; found = token.exec(sql)) {
    skeleton += sql.slice(from, found.index);
    const text = found[0];
    from = token.lastIndex;
    if (text === ';') finish();
    else if (text === '/*') {
      from = endOfComment(sql, from);
      skeleton += ' ';
    } else if (text.startsWith('--')) skeleton += ' ';
    else if (text.startsWith('"')) skeleton += text;
    else if (text.startsWith('$')) {
      const close = sql.indexOf(text, from);
      const end = close < 0 ? sql.length : close;
      body += ` ${stripComments(sql.slice(from, end))}`;
      skeleton += "''";
      from = Math.min(sql.length, end + text.length);
    } else skeleton += "''";
    token.lastIndex = from;
  }
  skeleton += sql.slice(from);
  finish();
  return statements;
}

/** Block comments nest in PostgreSQL. `from` is behind the first opening. */
function endOfComment(sql: string, from: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = from;
  let depth = 1;
  for (let found = edge.exec(sql); found; found = edge.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}

function stripComments(body: string): string {
  return body.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
}
