// The shop's own channels: what customer-service software has in common.
import { describe, expect, it } from 'vitest';
import { GENERIC } from '../../src/metrics/profiles/generic.ts';
import { readTimeline } from '../../src/metrics/rounds.ts';
import { at, figure, rating, story } from './story.ts';

const of = (id: string, lines: string[], asOf?: string) => figure(GENERIC, id, story(lines), asOf ? { asOf } : {});

describe('rounds', () => {
  it('go on over midnight, at every hour', () => {
    const lines = ['23:59:00 shopper', '2026-11-24 00:01:00 agent'];
    expect(of('three-minute-rate', lines, '2026-11-24 08:00:00')).toBe('1/1');
    expect(of('three-minute-rate', ['03:00:00 shopper', '03:05:00 agent'])).toBe('0/1');
  });

  it('go on over a transfer, and end with the conversation', () => {
    expect(of('three-minute-rate', ['10:00:00 shopper', '10:01:00 transferred', '10:02:00 shuai'])).toBe('1/1');
    expect(of('three-minute-rate', ['10:00:00 shopper', '10:01:00 closed', '10:02:00 shopper', '10:02:30 agent'])).toBe(
      '1/2',
    );
  });

  it('who is never answered stays a miss', () => {
    expect(of('three-minute-rate', ['22:00:00 shopper'], '2026-11-25 12:00:00')).toBe('0/1');
  });

  it('a system card is no question, a card is one', () => {
    expect(of('three-minute-rate', ['10:00:00 system-card', '11:00:00 card', '11:01:00 assist'])).toBe('1/1');
  });
});

it('the average response is the mean of the sessions’ means', () => {
  const long = story(['10:00:00 shopper', '10:00:10 agent', '10:01:00 shopper', '10:01:30 agent'], {
    conversationId: 'c1',
  });
  const short = story(['10:00:00 shopper', '10:01:40 agent'], { conversationId: 'c2' });
  expect(figure(GENERIC, 'average-response', [...long, ...short])).toBe('60 s over 2');
});

it('the queue runs from the handoff to the agent, the first response from the agent on', () => {
  const lines = ['10:00:00 shopper', '10:00:02 handed-off', '10:00:42 assigned', '10:00:57 agent'];
  expect(of('average-queue', lines)).toBe('40 s over 1');
  expect(of('average-first-response', lines)).toBe('15 s over 1');
  expect(of('average-queue', ['10:00:00 shopper', '10:00:02 handed-off'])).toBe('none');
  expect(of('average-queue', ['10:00:00 shopper', '10:00:02 assigned', '10:05:00 handed-off'])).toBe('none');
});

it('a conversation with a person is effective when both spoke after the handoff', () => {
  const opening = ['10:00:00 shopper', '10:00:02 handed-off', '10:00:42 assigned'];
  expect(of('effective-sessions', [...opening, '10:01:00 agent'])).toBe('0');
  expect(of('effective-sessions', [...opening, '10:01:00 shopper'])).toBe('0');
  expect(of('effective-sessions', [...opening, '10:01:00 agent', '10:02:00 shopper'])).toBe('1');
});

describe('the bot alone', () => {
  const alone = story(['10:00:00 shopper', '10:00:01 bot'], { conversationId: 'c1' });
  const failed = story(['10:00:00 shopper', '10:00:01 bot', '10:01:00 shopper', '10:01:00 handed-off'], {
    conversationId: 'c2',
  });
  const person = story(['10:00:00 shopper', '10:01:00 agent'], { conversationId: 'c3' });

  it('a handoff counts when it was triggered, even if nobody came', () => {
    expect(figure(GENERIC, 'bot-alone-rate', [...alone, ...failed, ...person])).toBe('1/2');
    expect(figure(GENERIC, 'bot-handed-over-rate', [...alone, ...failed, ...person])).toBe('1/2');
  });

  it('a session of the bot is decided after half an hour of silence', () => {
    expect(figure(GENERIC, 'bot-alone-rate', alone, { asOf: '10:30:01' })).toBe('0/0');
    expect(figure(GENERIC, 'bot-alone-rate', alone, { asOf: '10:30:02' })).toBe('1/1');
  });
});

it('a closed conversation is the bot’s again', () => {
  const lines = [
    '10:00:00 shopper',
    '10:00:01 handed-off',
    '10:05:00 closed',
    '10:06:00 shopper',
    '10:06:01 bot',
    '10:10:00 shopper',
  ];
  expect(of('three-minute-rate', [...lines, '10:11:00 agent'])).toBe('1/2');
});

it('asking again after an hour without an answer is the same wait, not another session', () => {
  const lines = ['10:00:00 shopper', '11:00:00 shopper', '11:00:30 agent'];
  expect(of('three-minute-rate', lines)).toBe('0/1');
  expect(of('average-response', lines)).toBe('3630 s over 1');
});

it('a person who spoke and left makes room for the bot again', () => {
  const lines = [
    '10:00:00 shopper',
    '10:00:10 platform-agent',
    '10:05:00 shopper',
    '10:05:01 bot',
    '10:06:00 shopper',
    '10:10:00 bot',
  ];
  expect(of('three-minute-rate', lines)).toBe('1/1');
  const back = readTimeline(story([...lines, '10:40:01 shopper']), GENERIC, at('12:00:00'));
  expect(back.sessions.map((s) => s.startedAt)).toEqual([at('10:00:00'), at('10:40:01')]);
});

it('everybody’s ratings count', () => {
  const ratings = [rating(5), rating(1, { responder: 'bot' }), rating(null)];
  expect(figure(GENERIC, 'satisfied-rate', [], { ratings })).toBe('1/2');
  expect(figure(GENERIC, 'rating-participation', [], { ratings })).toBe('2/3');
});
