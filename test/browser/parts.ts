// The parts of the pages as people see them, for the stories: found by role and by Chinese label.
import type { FrameLocator, Page } from 'playwright-core';

/** The shopper's page, also where it stands in a frame: of the first page, or of another site. */
export function shopOf(whole: Page | FrameLocator) {
  const framed = 'url' in whole && new URL(whole.url()).pathname === '/';
  const page = framed ? whole.frameLocator('iframe') : whole;
  const box = page.getByLabel('输入消息');
  const log = page.getByRole('log', { name: '与客服的对话' });
  return {
    box,
    log,
    persona: page.getByLabel('演示身份'),
    /** The card that tells a waiting shopper the place in the queue. */
    waiting: page.locator('.queue-card'),
    bubbles: (of: 'mine' | 'bot' | 'agent') => log.locator(`.message-${of} .bubble:not([role])`),
    async say(text: string) {
      await box.fill(text);
      await box.press('Enter');
    },
  };
}

export function deskOf(page: Page) {
  const pane = page.locator('.pane');
  const queue = page.getByRole('navigation', { name: '客服工作台' });
  const row = (name: string) => queue.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
  const reply = page.getByRole('textbox', { name: '回复顾客' });
  return {
    pane,
    reply,
    row,
    side: page.getByRole('complementary', { name: '顾客与小结' }),
    log: page.getByRole('log', { name: '会话消息' }),
    tab: (name: string) => queue.getByRole('tab', { name: new RegExp(`^${name}`) }),
    async claim(name: string) {
      await row(name).getByRole('button', { name: /^接入/ }).click();
      await pane.getByRole('heading', { name }).waitFor();
      await reply.waitFor();
    },
    /** The server has it: neither on its way nor refused. */
    async sent(text: string) {
      const message = page.locator('.pane .message').filter({ hasText: text });
      await message
        .and(page.locator(':not(.message-sending):not(.message-failed):not(.message-waiting):not(.message-held)'))
        .waitFor();
    },
    async note(text: string) {
      await page.keyboard.press('Alt+N');
      const box = page.getByRole('textbox', { name: '内部备注' });
      await box.fill(text);
      await box.press('Enter');
    },
  };
}
