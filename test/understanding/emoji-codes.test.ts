// Emoji codes of the platforms: the words beside them are understood as if they stood alone, and what stands for a picture stays.
import { expect, test } from 'vitest';
import { withoutCodes } from '../../src/understanding/emoji-codes.ts';

test.each([
  ['快递到哪了[微笑]', '快递到哪了'],
  ['[流泪][流泪]怎么还没发货', '😭😭怎么还没发货'],
  ['/::)我要退货', '🙂我要退货'],
  ['在吗/:^_^', '在吗🙂'],
  ['谢谢/:rose', '谢谢🌹'],
  ['好的[OK]', '好的ok'],
  ['/::@ 你们什么态度', '😡 你们什么态度'],
  ['[捂脸] 能 便宜点吗', '能 便宜点吗'],
])('%s is understood as %s', (said, understood) => expect(withoutCodes(said)).toBe(understood));

test.each([
  '[图片]',
  '[图片] 这个有货吗',
  '[位置] 杭州市滨江区',
  '[暂不支持的消息]',
  '[发呆]',
  '[奸笑][奸笑]',
  '订单 [20261118203311] 到哪了',
  'https://shop.example.com/item/88213',
  '尺码 M/L 有吗',
  '12:30/13:00 都行',
])('%s stays as it is', (text) => expect(withoutCodes(text)).toBe(text));
