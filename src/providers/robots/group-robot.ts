// The robot in the shop's own staff group: signs, keeps the pace, tries again, says in one sentence why it failed. Knows no platform; those are in the table.
import { type Outgoing, type OutgoingAnswer, OutgoingError } from '../outgoing.ts';
import { createPace } from './pace.ts';
import { fitted, plainNotice } from './plain.ts';
import type { Notice, RobotTarget, Verdict } from './robot.ts';
import { ROBOTS, type RobotKind } from './table.ts';

export interface GroupRobot {
  kind: RobotKind;
  /** Resolves when the platform has taken it, at least once. @throws RobotError after three tries */
  tell(notice: Notice): Promise<void>;
}

/** `message` is for the log and for people; it carries no address, no secret and nothing of the notice. */
export class RobotError extends Error {
  /** `refused`: a person must change the settings. `too-fast`, `unavailable`: worth telling again later. */
  readonly failure: 'refused' | 'too-fast' | 'unavailable';
  constructor(failure: 'refused' | 'too-fast' | 'unavailable', message: string) {
    super(message);
    this.name = 'RobotError';
    this.failure = failure;
  }
}

export interface GroupRobotDeps {
  outgoing: Outgoing;
  now?: () => number;
  pause?: (ms: number) => Promise<void>;
  timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
/** Before the second and the third try. */
const BACKOFF_MS = [1_000, 4_000];
/** Less than this is no reason for a refused signature: the platforms allow an hour. */
const SKEW_MS = 60_000;
const HEADERS = { 'content-type': 'application/json; charset=utf-8' };

const systemPause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Success is said in the body; anything else, an empty answer too, is none. */
function read(kind: RobotKind, answer: OutgoingAnswer): { verdict: Verdict; code: string } {
  if (answer.status === 429) return { verdict: { kind: 'too-fast' }, code: '429' };
  if (answer.status >= 500) return { verdict: { kind: 'busy' }, code: String(answer.status) };
  const rules = ROBOTS[kind];
  try {
    const body = JSON.parse(answer.text) as Record<string, unknown>;
    const given = rules.codeOf(body);
    const code = typeof given === 'string' && given !== '' ? Number(given) : given;
    if (typeof code === 'number' && Number.isInteger(code)) {
      const said = [body.errmsg, body.msg].find((text) => typeof text === 'string') ?? '';
      const verdict = rules.judge(code, said as string);
      // a body that praises what the status refuses is not believed
      if (verdict.kind !== 'done' || answer.status === 200) return { verdict, code: String(code) };
    }
  } catch {
    /* not one of theirs, said below */
  }
  return { verdict: { kind: 'refused', means: '回答不是约定的格式，请核对机器人地址' }, code: String(answer.status) };
}

/** How far ahead of ours the platform's clock is; null when it does not say. */
function skewOf(answer: OutgoingAnswer, now: number): number | null {
  const theirs = Date.parse(answer.headers.get('date') ?? '');
  return Number.isFinite(theirs) ? theirs - now : null;
}

export function createGroupRobot(kind: RobotKind, target: RobotTarget, deps: GroupRobotDeps): GroupRobot {
  const { outgoing, now = Date.now, pause = systemPause, timeoutMs = TIMEOUT_MS } = deps;
  const rules = ROBOTS[kind];
  const name = `${rules.title}群机器人`;
  const pace = createPace({ perMinute: rules.perMinute, gapMs: rules.gapMs, now, pause });
  let clockOffsetMs = 0;
  let shutOutUntil = 0;

  const clock = () => new Date(now() + clockOffsetMs);
  const failed = (failure: RobotError['failure'], why: string) => new RobotError(failure, `${name}：${why}`);

  async function post(notice: Notice): Promise<OutgoingAnswer> {
    await pace.turn();
    const { url, body } = rules.write(target, notice, clock());
    return outgoing.post({ url, body, headers: HEADERS, timeoutMs });
  }

  /** A clock that went wrong here must not silence the robot: the platform's own, as its answer gives it, signs the next try. */
  function adjustClock(answer: OutgoingAnswer): boolean {
    const skew = skewOf(answer, now());
    if (skew === null || Math.abs(skew - clockOffsetMs) < SKEW_MS) return false;
    clockOffsetMs = skew;
    return true;
  }

  /** One try. Null when it is done, else why not now. */
  async function attempt(notice: Notice, mayAdjust = true): Promise<string | null> {
    let answer: OutgoingAnswer;
    try {
      answer = await post(notice);
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      if (error.kind === 'refused') throw failed('refused', error.message);
      return error.message;
    }
    const { verdict, code } = read(kind, answer);
    switch (verdict.kind) {
      case 'done':
        return null;
      case 'busy':
        return `平台繁忙（${code}）`;
      case 'too-fast':
        shutOutUntil = now() + rules.shutOutMs;
        throw failed('too-fast', `发送太频繁，平台限流（${code}）`);
      case 'signature':
        if (mayAdjust && adjustClock(answer)) return attempt(notice, false);
        throw failed('refused', `签名没有通过校验，请核对密钥和服务器时间（${code}）`);
      case 'refused':
        throw failed('refused', `${verdict.means}（${code}）`);
      default:
        return verdict satisfies never;
    }
  }

  async function insist(notice: Notice): Promise<void> {
    if (shutOutUntil > now()) throw failed('too-fast', '刚被平台限流，暂不发送');
    for (let tries = 0; ; tries++) {
      const why = await attempt(notice);
      if (why === null) return;
      const wait = BACKOFF_MS[tries];
      if (wait === undefined) throw failed('unavailable', why);
      await pause(wait);
    }
  }

  return {
    kind,
    async tell(given) {
      const notice = fitted(plainNotice(given), (one) => rules.write(target, one, clock()).bytes <= rules.bytesMax);
      if (!(await pace.run(() => insist(notice)))) throw failed('too-fast', '排队的通知太多，这一条没有发送');
    },
  };
}
