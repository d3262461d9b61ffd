// What is nothing but a picture or another thing without words, and what only begins like one.
import { expect, test } from 'vitest';
import { notText, wordless } from '../../src/bot/not-text.ts';

test.each([
  ['[图片]', 'media-image-received'],
  ['[图片]\n[图片]', 'media-image-received'],
  ['[语音]', 'media-voice-video'],
  ['[链接] 秋冬加厚羊羔绒毛毯', 'media-link-or-card'],
  ['[位置] 杭州市滨江区', null],
  ['[暂不支持的消息]', null],
  ['[图片]\n[语音]', 'media-voice-video'],
])('%j is answered by %s', (said, entryId) => expect(notText(said)).toEqual({ entryId }));

test.each(['[图片] 这个有货吗', '[图片]\n这个有货吗', '这个[图片]', '[微笑]', '[关注]', '图片', ''])(
  '%j has to be understood',
  (said) => expect(notText(said)).toBeUndefined(),
);

test.each([
  ['😂😂', 'emoji-reply'],
  ['😭！', 'emoji-reply'],
  ['[呲牙]', 'emoji-reply'],
  ['/::D', 'emoji-reply'],
  ['。。。', 'meaningless-reply'],
  ['·', 'meaningless-reply'],
  ['？', 'meaningless-reply'],
])('%j has no words: %s', (said, entryId) => expect(wordless(said)).toBe(entryId));

test.each(['嗯😂', '6', '1️⃣', 'ok', '[图片]', '[语音]', '38码？', ' ', ''])('%j is understood as before', (said) =>
  expect(wordless(said)).toBeNull(),
);
