// A complaint goes up its ladder, from the shop to the brand to the platform: moved by people, each step with its own due time and a line in the track.
import type { TicketStep } from '../contract/ticket.ts';
import { AppError } from '../errors.ts';
import type { Staff } from '../staff/accounts.ts';
import { addNote, addStep, readStep, type TicketWithTrack, writeTicket } from '../tickets/store.ts';
import type { DeskDeps } from './desk.ts';
import { isClosed, sayTime, withTicket } from './tickets.ts';

const STEP: Record<TicketStep, string> = { shop: '店铺', brand: '品牌方', platform: '平台介入' };

/** Back as well: the brand may return it. The ticket is due when its step is. @throws AppError `wrong_state`, `invalid_request`, `not_found` */
export function moveStep(
  deps: DeskDeps,
  staff: Staff,
  id: string,
  { step, dueAt, reason }: { step: TicketStep; dueAt: Date; reason: string },
): Promise<TicketWithTrack> {
  if (dueAt.getTime() <= Date.now()) throw new AppError('invalid_request', '时间已经过去了，请选一个以后的时间');
  return withTicket(deps, staff, id, async (tx, locked) => {
    if (locked.kind !== 'complaint') throw new AppError('wrong_state', '只有投诉工单可以升级');
    if (isClosed(locked.state)) throw new AppError('wrong_state', '工单已经结束，要升级请先重新打开');
    const from = await readStep(tx, id);
    if (from === step) throw new AppError('wrong_state', `工单已经在「${STEP[step]}」这一级`);
    await addStep(tx, staff.shopId, id, { step, dueAt, reason, by: staff.id });
    await writeTicket(tx, id, { ...locked, state: 'doing', dueAt });
    const text = `${STEP[from]} → ${STEP[step]}，${sayTime(dueAt)} 前要答复：${reason}`;
    await addNote(tx, staff.shopId, id, { by: staff.id, what: 'escalated', text });
  });
}
