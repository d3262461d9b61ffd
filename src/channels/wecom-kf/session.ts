// The state WeCom keeps of each shopper's session: who has it, and handing it to the people in the WeCom app. Knows no message.
import { SendError } from '../channel.ts';
import type { Fields } from '../wechat/answer.ts';
import type { KfApi } from './api.ts';

/**
 * 0 new, 1 with the bot, 2 in the pool, 3 with a person, 4 over. We may send in 0 and 1 only; 2 to 4 are the platform's.
 * developer.work.weixin.qq.com/document/path/94669
 */
const NEW = 0;
const BOT = 1;
const POOL = 2;
const PERSON = 3;
const OVER = 4;

/** `status` of `servicer/list`: 0 receives, 1 does not. developer.work.weixin.qq.com/document/path/94645 */
const RECEIVES = 0;

interface Session {
  state: number;
  person: string;
}

async function read(api: KfApi, openKfId: string, shopperId: string): Promise<Session> {
  const fields = await api.call('service_state/get', { open_kfid: openKfId, external_userid: shopperId });
  return {
    state: typeof fields.service_state === 'number' ? fields.service_state : -1,
    person: typeof fields.servicer_userid === 'string' ? fields.servicer_userid : '',
  };
}

const move = (api: KfApi, openKfId: string, shopperId: string, state: number, person?: string): Promise<Fields> =>
  api.call('service_state/trans', {
    open_kfid: openKfId,
    external_userid: shopperId,
    service_state: state,
    ...(person !== undefined && { servicer_userid: person }),
  });

/** Who has it, in words for an agent (empty when it is ours), and whether those are people in the WeCom app. @throws SendError */
export async function whoHasIt(
  api: KfApi,
  openKfId: string,
  shopperId: string,
): Promise<{ words: string; isTheirs: boolean }> {
  const { state, person } = await read(api, openKfId, shopperId);
  switch (state) {
    case POOL:
      return { words: '会话在企业微信的待接入池里', isTheirs: true };
    case PERSON: {
      const name = person === '' ? '' : ` ${person} `;
      return { words: `会话由企业微信里的接待人员${name}处理`, isTheirs: true };
    }
    case OVER:
      return { words: '会话已结束，要等顾客再次发言', isTheirs: false };
    default:
      return { words: '', isTheirs: false };
  }
}

async function receivingPerson(api: KfApi, openKfId: string): Promise<string | null> {
  const { servicer_list: list } = await api.ask('servicer/list', { open_kfid: openKfId });
  const found = (Array.isArray(list) ? (list as Fields[]) : []).find(
    ({ userid, status }) => typeof userid === 'string' && status === RECEIVES,
  );
  return found === undefined ? null : String(found.userid);
}

/** To the pool, or where there is none to somebody who receives. False when nobody there can take it. @throws SendError */
export async function handToPlatform(api: KfApi, openKfId: string, shopperId: string): Promise<boolean> {
  const { state } = await read(api, openKfId, shopperId);
  if (state === POOL || state === PERSON) return true;
  if (state === OVER) return false;
  try {
    await move(api, openKfId, shopperId, POOL);
    return true;
  } catch (error) {
    if (!(error instanceof SendError) || error.failure.kind !== 'permanent') throw error;
    const person = await receivingPerson(api, openKfId);
    if (person === null) return false;
    await move(api, openKfId, shopperId, PERSON, person);
    return true;
  }
}

/** Our desk answers: the platform shall not put a new session before its own people meanwhile. @throws SendError */
export async function keepWithUs(api: KfApi, openKfId: string, shopperId: string): Promise<void> {
  const { state } = await read(api, openKfId, shopperId);
  if (state === NEW) await move(api, openKfId, shopperId, BOT);
}
