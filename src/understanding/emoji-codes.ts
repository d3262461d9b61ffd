// The codes in which platforms write their emoji, put into signs and words that mean the same. For understanding only: people read the original. Pure.

/**
 * WeChat's codes begin with `/:` (res.wx.qq.com/mpres/htmledition/images/icon/emotion/ and the list of 默认表情 in the platform's
 * console); its newer ones, WeCom's and Weibo's stand in brackets. Taobao's begin with `/:` too and go on as drawn, e.g. `/:^_^`
 * (the client's 默认表情). Only codes whose meaning matters are named; every other one is dropped where words stand beside it.
 */
const MEANING: Readonly<Record<string, string>> = {
  '/:strong': '👍',
  '/:ok': 'ok',
  '/:no': '不',
  '/:weak': '👎',
  '/:rose': '🌹',
  '/:handclap': '👏',
  '/::@': '😡',
  '/::<': '😭',
  '/::(': '☹️',
  '/:?': '？',
  '/::)': '🙂',
  '/:share': '🤝',
  '/:@)': '🙏',
  '/:^_^': '🙂',
  '/:^$^': '😊',
  '/:>_<': '😣',
  '/:!': '！',
  '/:^x^': '🤐',
  '/:*&*': '😭',
  '/:-f': '🌹',
  '[强]': '👍',
  '[赞]': '👍',
  '[弱]': '👎',
  '[踩]': '👎',
  '[OK]': 'ok',
  '[ok]': 'ok',
  '[NO]': '不',
  '[玫瑰]': '🌹',
  '[鲜花]': '🌹',
  '[抱拳]': '🙏',
  '[合十]': '🙏',
  '[鼓掌]': '👏',
  '[握手]': '🤝',
  '[发怒]': '😡',
  '[怒]': '😡',
  '[愤怒]': '😡',
  '[咒骂]': '😡',
  '[怒骂]': '😡',
  '[流泪]': '😭',
  '[大哭]': '😭',
  '[泪]': '😭',
  '[难过]': '☹️',
  '[疑问]': '？',
};

/** What stands in brackets and is no emoji: what we or the platform put in the place of something that is not text. */
const STANDS_FOR =
  /^\[(?:图片|视频|小视频|语音|文件|位置|链接|名片|截图|照片|商品|订单|商品卡片|订单卡片|小程序|小程序卡片|视频号|视频号商品|视频号订单|聊天记录|转发消息|会议|日程|笔记|菜单|红包|转账|关注|扫码|空白消息|暂不支持的消息|动画表情|表情)\]$/;

const BRACKETED = '\\[[\\p{Script=Han}A-Za-z]{1,6}\\]';
/** Longest first where one begins another. */
const SLASHED =
  '/:(?:[a-z]{2,9}(?![a-z])|[:^><!?*&$@=\\-_.~oOx;|,\'"()#+\\\\/a-zA-Z0-9]{1,4}?(?=$|[\\s\\p{Script=Han}\\[/，。！？、…])|:[^\\s\\p{Script=Han}]{1,2})';
const CODE = new RegExp(`${BRACKETED}|${SLASHED}`, 'gu');

/** The text with codes as signs, or without them. A message of nothing but codes that are not named stays as it is. */
export function withoutCodes(text: string): string {
  const dropped = text.replace(CODE, (code) => (STANDS_FOR.test(code) ? code : (MEANING[code] ?? ' ')));
  return dropped.replace(/[ \t]{2,}/g, ' ').trim() || text;
}

/** Nothing is said but codes of emoji. */
export const isOnlyCodes = (text: string): boolean =>
  text.trim() !== '' && text.replace(CODE, (code) => (STANDS_FOR.test(code) ? code : ' ')).trim() === '';
