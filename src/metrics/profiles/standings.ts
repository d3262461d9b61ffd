// Whose answers count, in the combinations that several platforms share.
import type { Responder, Standings } from '../profile.ts';

export const EVERYBODY: readonly Responder[] = ['agent', 'assist', 'bot', 'platform_agent'];

/** People, with the bot's draft or without. What the bot answered alone is not in the fraction. */
export const PEOPLE: Standings = { agent: 'counts', assist: 'counts', platform_agent: 'counts', bot: 'left-out' };

/** People by their own hand. */
export const PEOPLE_ALONE: Standings = { ...PEOPLE, assist: 'left-out' };

export const ANYBODY: Standings = { ...PEOPLE, bot: 'counts' };

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;

/** 千牛 reminds of everybody who has waited 100 seconds (sssssz.cn/article/kefuwaibao/517, 2022-07); taken over for all. */
export const SLOW_REPLY_MS = 100 * SECOND_MS;

/** Where no source says when a session with the bot ends: 半小时不互动 as the V5 help centre counts it (detail.html?tid=362). */
export const BOT_IDLE_MS = 30 * MINUTE_MS;
