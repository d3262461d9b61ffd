// An official account without the customer-service API, as WeChat calls it: three tries, five seconds each. Counts who would see that the service is down.
import { setTimeout as pause } from 'node:timers/promises';
import { type Answered, atRate, knock } from './load.ts';
import { officialAccount } from './speakers.ts';

/** developers.weixin.qq.com, passive replies: the line is cut after five seconds, three tries in all. */
const CUT_MS = 5_000;
const TRIES = 3;

export interface PassiveReport {
  messages: number;
  tries: number;
  /** The longest of all tries. */
  longestMs: number;
  /** Messages whose reply came with one of the tries. */
  replied: number;
  /** Shoppers who would read 该公众号暂时无法提供服务: no try was answered in time and in the right form. */
  sawTrouble: number;
}

const isReply = ({ status, body }: Answered): boolean => status === 200 && body.startsWith('<xml>');
const isInTime = ({ ms, status, body }: Answered): boolean =>
  ms < CUT_MS && status === 200 && (body === 'success' || body.startsWith('<xml>'));

/** WeChat does not ask again after `success`; here it does, as it would if that answer had got lost, so that every way is walked. */
export async function listenPassive(base: string, messages: number, perSecond: number): Promise<PassiveReport> {
  const report: PassiveReport = { messages, tries: 0, longestMs: 0, replied: 0, sawTrouble: 0 };
  await atRate(messages, perSecond, async (n) => {
    const request = await officialAccount.say(n);
    const answers: Answered[] = [];
    while (answers.length < TRIES && !answers.some(isReply)) {
      const answer = await knock(base, request);
      answers.push(answer);
      if (!isReply(answer)) await pause(Math.max(0, CUT_MS - answer.ms));
    }
    report.tries += answers.length;
    report.longestMs = Math.max(report.longestMs, ...answers.map(({ ms }) => ms));
    report.replied += Number(answers.some(isReply));
    report.sawTrouble += Number(!answers.some(isInTime));
  });
  return report;
}
