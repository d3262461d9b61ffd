// Finds every address in a text that a person could follow, and its host. Opens nothing.

export interface FoundLink {
  text: string;
  /** Lower case, without user information and port; what a browser would really open. */
  host: string;
}

const TLD =
  'com|cn|net|org|top|xyz|vip|shop|store|club|site|online|info|cc|io|me|co|ltd|link|live|tv|app|wang|ink|fun|icu|ru|hk|tw|biz|pro|tech|cloud|store|work|mobi|asia|中国|网址|公司';
const LINK = new RegExp(
  // with a scheme (normalising makes 微信 of weixin); or anything that looks like a host, also with 点 or 。 instead of the dot
  `(?:[a-z][a-z0-9+.-]{1,12}|微信):\\/\\/[^\\s<>"'，。！？、）)】」]+|(?<![a-z0-9@])(?:[a-z0-9-]{1,63}\\s?(?:\\.|。|点|\\[\\.\\])\\s?){1,5}(?:${TLD})(?![a-z0-9])(?::\\d{2,5})?(?:\\/[^\\s<>"'，。！？、）)】」]*)?|(?<![\\d.])(?:\\d{1,3}\\.){3}\\d{1,3}(?![\\d.])(?:[:/][^\\s，。]*)?|xn--[a-z0-9-]+`,
  'g',
);

/** Links of a normalised text (lower case, half width). */
export function findLinks(text: string): FoundLink[] {
  return [...text.matchAll(LINK)].map(([found]) => ({ text: found, host: hostOf(found) }));
}

/** `shop.com@evil.cn` belongs to evil.cn. Something unreadable has no host and is allowed nowhere. */
function hostOf(link: string): string {
  const plain = link
    .replace(/\s|\[|\]/g, '')
    .replace(/[。点]/g, '.')
    .replaceAll('\\', '/');
  try {
    return new URL(/^[a-z][a-z0-9+.-]*:\/\//.test(plain) ? plain : `http://${plain}`).hostname;
  } catch {
    return '';
  }
}

/** Only https or no scheme at all, and the host itself or a name below it. */
export function isAllowed(link: FoundLink, allowedHosts: readonly string[]): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//.exec(link.text)?.[1];
  if (scheme !== undefined && scheme !== 'https' && scheme !== 'http') return false;
  return allowedHosts.some((host) => {
    const allowed = host.toLowerCase();
    return link.host === allowed || link.host.endsWith(`.${allowed}`);
  });
}
