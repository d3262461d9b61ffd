// The second factor: time-based codes (RFC 6238) and recovery codes. Secrets are sealed at rest, recovery codes hashed.
import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Pool, PoolClient } from '../db/database.ts';
import type { Seal } from '../db/seal.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import type { Staff } from './accounts.ts';
import { writeAudit } from './audit.ts';
import { hashToken } from './passwords.ts';

export interface SecondFactor {
  /** A new secret that waits for its first right code; an earlier one that waited is gone. */
  begin(staff: Staff): Promise<{ secret: string; uri: string }>;
  /** The first right code makes it hold. Returns the recovery codes, the only time. @throws AppError `wrong_code` */
  confirm(staff: Staff, code: string): Promise<string[]>;
  /** A code or a recovery code, each once. @throws AppError `wrong_code` */
  check(staff: Staff, code: string): Promise<void>;
  read(
    staff: Pick<Staff, 'id' | 'shopId'>,
  ): Promise<{ hasPassword: boolean; hasSecondFactor: boolean; recoveryLeft: number }>;
  /** Takes it away, by the person with a code or by an admin without. False when there was none. */
  remove(staff: Pick<Staff, 'id' | 'shopId' | 'name'>, by: string): Promise<boolean>;
}

const ISSUER = '接棒 Jiebang';
const SECRET_BYTES = 20;
const PERIOD_S = 30;
/** Codes of the step before and after count too: clocks of phones are a little off. */
const WINDOW = 1;
const RECOVERY_CODES = 10;
/** 80 bits each: too many to guess from a hash. */
const RECOVERY_BYTES = 10;

const wrongCode = () => new AppError('wrong_code', undefined, { field: 'code' });

const placeOf = (staff: Pick<Staff, 'id' | 'shopId'>): string => `staff.totp:${staff.shopId}:${staff.id}`;

const totpOf = (secret: string, login: string): TOTP =>
  new TOTP({
    issuer: ISSUER,
    label: login,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_S,
    secret: Secret.fromBase32(secret),
  });

/** `ABCD-EFGH-JKLM-NPQR` */
function newRecoveryCode(): string {
  const text = new Secret({ buffer: new Uint8Array(randomBytes(RECOVERY_BYTES)).buffer }).base32;
  return text.match(/.{4}/g)!.join('-');
}

const plainRecovery = (code: string): string => code.toUpperCase().replace(/[^A-Z2-7]/g, '');

/** The time step the code belongs to; null when it is none of now. */
function stepOf(secret: string, login: string, code: string, now: Date): number | null {
  const token = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const delta = totpOf(secret, login).validate({ token, window: WINDOW, timestamp: now.getTime() });
  return delta === null ? null : Math.floor(now.getTime() / 1000 / PERIOD_S) + delta;
}

async function spendCode(tx: PoolClient, staff: Staff, secret: string, code: string, now: Date): Promise<boolean> {
  const step = stepOf(secret, staff.login, code, now);
  if (step !== null) {
    const used = await tx.query('update staff set totp_step = $2 where id = $1 and totp_step < $2', [staff.id, step]);
    return used.rowCount === 1;
  }
  const plain = plainRecovery(code);
  if (plain === '') return false;
  const { rowCount } = await tx.query(
    `update staff set recovery_hashes = array_remove(recovery_hashes, $2) where id = $1 and $2 = any(recovery_hashes)`,
    [staff.id, hashToken(plain)],
  );
  return rowCount === 1;
}

export function createSecondFactor({ pool, seal, now }: { pool: Pool; seal: Seal; now(): Date }): SecondFactor {
  const readSecret = async (tx: PoolClient, staff: Staff, column: 'totp_secret' | 'totp_pending') => {
    const { rows } = await tx.query<{ sealed: string | null }>(
      `select ${column} as sealed from staff where id = $1 for no key update`,
      [staff.id],
    );
    const sealed = rows[0]?.sealed ?? null;
    return sealed === null ? null : seal.open(sealed, placeOf(staff));
  };

  return {
    async begin(staff) {
      const secret = new Secret({ buffer: new Uint8Array(randomBytes(SECRET_BYTES)).buffer }).base32;
      await inShop(pool, staff.shopId, (tx) =>
        tx.query('update staff set totp_pending = $2 where id = $1', [staff.id, seal.seal(secret, placeOf(staff))]),
      );
      return { secret, uri: totpOf(secret, staff.login).toString() };
    },
    async confirm(staff, code) {
      const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
      await inShop(pool, staff.shopId, async (tx) => {
        const secret = await readSecret(tx, staff, 'totp_pending');
        if (secret === null) throw new AppError('wrong_state', '请先生成密钥，再输入验证码');
        const step = stepOf(secret, staff.login, code, now());
        if (step === null) throw wrongCode();
        await tx.query(
          `update staff set totp_secret = totp_pending, totp_pending = null, totp_step = $2, recovery_hashes = $3 where id = $1`,
          [staff.id, step, codes.map((one) => hashToken(plainRecovery(one)))],
        );
        await writeAudit(tx, staff.shopId, { by: staff.id, action: 'totp.enable', subject: staff.name });
      });
      return codes;
    },
    async check(staff, code) {
      const right = await inShop(pool, staff.shopId, async (tx) => {
        const secret = await readSecret(tx, staff, 'totp_secret');
        return secret !== null && spendCode(tx, staff, secret, code, now());
      });
      if (!right) throw wrongCode();
    },
    async read({ id, shopId }) {
      const { rows } = await shopQuery<{ hasPassword: boolean; hasSecondFactor: boolean; recoveryLeft: number }>(
        pool,
        shopId,
        `select password_hash is not null as "hasPassword", totp_secret is not null as "hasSecondFactor",
           cardinality(recovery_hashes) as "recoveryLeft" from staff where id = $1`,
        [id],
      );
      return rows[0]!;
    },
    remove: ({ id, shopId, name }, by) =>
      inShop(pool, shopId, async (tx) => {
        const { rowCount } = await tx.query(
          `update staff set totp_secret = null, totp_pending = null, totp_step = 0, recovery_hashes = '{}'
           where id = $1 and totp_secret is not null`,
          [id],
        );
        if (rowCount === 0) return false;
        await writeAudit(tx, shopId, { by, action: 'totp.disable', subject: name });
        return true;
      }),
  };
}
