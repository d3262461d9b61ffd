// The desk's outbox without a browser: order, exactly one try at a time, and what a lost network does to it.
import { expect, test, vi } from 'vitest';
import { ApiError } from '../../src/console/api.ts';
import { ASK_AFTER_MS, createOutbox } from '../../src/console/desk/outbox.ts';
import { fill, openIn, searchPhrases } from '../../src/console/desk/phrases.ts';

const offline = () => Promise.reject(new ApiError(0, 'offline', 'offline'));

/** Longer than the longest pause between two tries. */
const until = (holds: () => void) => vi.waitFor(holds, { timeout: 8_000 });

function lab() {
  const posted: string[] = [];
  const state = { network: true, now: 1_000_000, refuse: '' };
  const outbox = createOutbox({
    async say(_, { text, clientMessageId }) {
      if (!state.network) return offline();
      if (text === state.refuse) throw new ApiError(400, 'invalid_request', '这条回复没有发送');
      posted.push(`${text} ${clientMessageId}`);
    },
    look: () => (state.network ? Promise.resolve() : offline()),
    onSent: async () => {},
    place: `outbox.${Math.random()}`,
    now: () => state.now,
  });
  const write = (text: string) => outbox.send({ conversationId: '1', text, kind: 'reply', after: 0 });
  const texts = () => posted.map((line) => line.split(' ')[0]);
  const statuses = () => outbox.all().map((s) => `${s.text} ${s.status}`);
  return { outbox, state, write, texts, statuses, posted };
}

test('goes out in the order it was written, and a refused one stands in nobody’s way', async () => {
  const { write, texts, statuses, state } = lab();
  state.refuse = '二';
  for (const text of ['一', '二', '三']) write(text);
  await until(() => expect(texts()).toEqual(['一', '三']));
  await until(() => expect(statuses()).toEqual(['二 failed']));
});

test('waits without a network, with all that is written after it, and keeps each message’s name', async () => {
  const { outbox, state, write, texts, statuses, posted } = lab();
  state.network = false;
  write('一');
  await until(() => expect(statuses()).toEqual(['一 waiting']));
  write('二');
  await until(() => expect(statuses()).toEqual(['一 waiting', '二 waiting']));
  const names = outbox.all().map((s) => s.clientMessageId);
  state.network = true;
  outbox.retry();
  await until(() => expect(texts()).toEqual(['一', '二']));
  expect(posted.map((line) => line.split(' ')[1])).toEqual(names);
  outbox.close();
});

test('asks before it sends what is older than five minutes, and only once the network is back', async () => {
  const { outbox, state, write, texts, statuses } = lab();
  state.network = false;
  write('旧');
  await until(() => expect(statuses()).toEqual(['旧 waiting']));
  state.now += ASK_AFTER_MS + 1;
  write('新');
  outbox.retry();
  await until(() => expect(statuses()).toEqual(['旧 waiting', '新 waiting']));
  state.network = true;
  outbox.retry();
  await until(() => expect(texts()).toEqual(['新']));
  expect(statuses()).toEqual(['旧 held']);
  outbox.sendHeld();
  await until(() => expect(texts()).toEqual(['新', '旧']));
  outbox.close();
});

test('variables are filled where they are known, and found where they are not', () => {
  expect(fill('您好{顾客昵称}，{订单号}', { 顾客昵称: '小林' })).toBe('您好小林，{订单号}');
  expect(openIn('您好小林，{订单号}{别的}')).toEqual([{ name: '订单号', start: 5, end: 10 }]);
});

test('initials come before words, words before the text', () => {
  const phrase = (title: string, initials: string, text = '') => ({
    id: title,
    shared: true,
    group: '',
    title,
    text,
    initials,
    pinyin: '',
    uses: 0,
  });
  const all = [phrase('催发货', 'cfh'), phrase('别的', 'bd', 'fh'), phrase('发货时间', 'fhsj'), phrase('无关', 'wg')];
  expect(searchPhrases(all, ' FH ').map((p) => p.title)).toEqual(['发货时间', '催发货', '别的']);
});
