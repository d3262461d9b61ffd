// What a platform counted, as a supervisor reads it on the board: a real account against a platform that counts.
import { afterAll, describe, expect } from 'vitest';
import { openFakePlatform } from '../channels/fake-platform.ts';
import { actAsKf, kfEnvironment } from '../channels/wecom-kf-client.ts';
import { openBoard } from './board-parts.ts';
import { findChromium, leave, openPerson } from './chromium.ts';
import { story } from './shared-stage.ts';
import { type Stage, setStage } from './stage.ts';

const chromium = findChromium();
if (chromium === null)
  console.warn('\n⚠ SKIPPED: no Chromium found, the story of the platform’s figures did not run.\n');

const DAY = 86_400;

describe.skipIf(chromium === null)('the platform’s own figures', () => {
  let stage: Stage | undefined;
  let platform: Awaited<ReturnType<typeof openFakePlatform>> | undefined;
  afterAll(async () => {
    await stage?.close();
    await platform?.close();
  });

  story(
    'are behind the channel’s row; a platform that does not say is named with its reason',
    {
      timeout: 240_000,
    },
    async ({ browser }) => {
      platform = await openFakePlatform();
      const kf = actAsKf(platform);
      stage = await setStage(browser, { env: kfEnvironment(platform) });
      const today = Math.floor((Date.now() / 1_000 + 28_800) / DAY) * DAY - 28_800;
      kf.counted.set(today - DAY, {
        totals: { session_cnt: 12, ai_transfer_rate: 0.25 },
        people: { first_reply_average_sec: 95 },
      });
      kf.counted.set(today - 10 * DAY, { totals: { session_cnt: 7 } });

      const person = await openPerson(browser, { width: 1440, height: 900 });
      const { page } = person;
      await openBoard(page, stage.base);
      const sheet = page.getByRole('dialog', { name: '微信客服的平台统计' });
      const open = page.getByRole('button', { name: '查看微信客服的平台统计' });
      await open.click();
      await sheet.getByRole('row').nth(1).waitFor();
      expect(await sheet.getByRole('row').count()).toBe(2);
      const cells = await sheet.getByRole('row').nth(1).innerText();
      expect(cells).toContain('12');
      expect(cells).toContain('25.0%');
      expect(cells).toContain('1:35');
      await sheet.getByLabel('时间').selectOption('近 14 天');
      await expect.poll(() => sheet.getByRole('row').count()).toBe(3);
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });

      kf.tells = false;
      await open.click();
      await sheet.getByRole('alert').waitFor();
      expect(await sheet.getByRole('alert').innerText()).toContain('48002');
      kf.tells = true;
      await sheet.getByRole('button', { name: '重试' }).click();
      await sheet.getByRole('row').nth(1).waitFor();
      // the browser itself tells of the answer 502, and of nothing else
      expect(person.complaints.filter((line) => !line.includes('502'))).toEqual([]);
      await leave(person);
    },
  );
});
