// The ways in which the database refuses to open, each with a code for the table of errors; it knows no other rooms.

export type DatabaseFailureCode =
  | 'DATABASE_UNFIT'
  | 'DATABASE_UNREACHABLE'
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_NOT_WRITABLE'
  | 'MIGRATION_FAILED'
  | 'MIGRATION_MISMATCH';

/** One clear sentence for whoever starts the program; never holds a password. */
export class DatabaseFailure extends Error {
  readonly code: DatabaseFailureCode;

  constructor(code: DatabaseFailureCode, sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = 'DatabaseFailure';
    this.code = code;
  }
}
