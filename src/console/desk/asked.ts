// The questions the desk may have open; one at a time.
export type Asked =
  | 'resolve'
  | 'resolveNext'
  | 'return'
  | 'takeover'
  | 'transfer'
  | 'handover'
  | 'whisper'
  | 'offline'
  | 'shortcuts';
