// Finds postal addresses down to a house or an estate. Scans from the house number backwards, so that it stays linear.

const PROVINCE =
  /北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门/;
const DISTRICT = /[\u4e00-\u9fff]{1,3}(?:市|区|县|旗|州)/;
const ROAD = /[路街道巷里村镇乡苑府城园弄]$|胡同$|小区$|公寓$|大厦$|广场$|学校$|大学$|学院$|社区$/;
const BEFORE_ADDRESS = /.*(?:改成|改到|改为|寄到|送到|发到|住在|地址|[到在是寄发为：:])/s;

/** House, block, floor, room; or the name of an estate; or the bare number right after a road. */
const DETAIL =
  /(?:[0-9０-９零一二三四五六七八九十百a-zA-Z-]{1,8}(?:号楼|号院|号|弄|栋|幢|座|单元|室|楼|层|组|期)[\s,，]?)+(?:[0-9０-９]{1,6}(?![0-9０-９元块天件折]))?|小区|花园|公寓|大厦|家园|学校|大学|学院|工业区|(?<=[路街道巷弄])[0-9０-９]{1,5}(?![0-9０-９元块天件折月点])/g;

/** An address is hardly longer than this before its house number. */
const WINDOW = 40;

/** The places of addresses, in order. A district alone is a question about delivery; with a house it is somebody's home. */
export function findAddresses(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const match of text.matchAll(DETAIL)) {
    const end = match.index + match[0].replace(/[\s,，]+$/, '').length;
    const last = found.at(-1);
    if (
      last !== undefined &&
      match.index - last.end <= 8 &&
      /^[\u4e00-\u9fff\s]*$/.test(text.slice(last.end, match.index))
    ) {
      last.end = end;
      continue;
    }
    const floor = last?.end ?? 0;
    const start = startOf(text.slice(Math.max(floor, match.index - WINDOW), match.index), match[0]);
    if (start !== null) found.push({ start: match.index - start, end });
  }
  return found;
}

/** How many characters before the detail the address begins; null when what stands there is no address. */
function startOf(window: string, detail: string): number | null {
  const wide = /[\u4e00-\u9fff\s,，]*$/.exec(window)![0];
  const near = /[\u4e00-\u9fff\s]*$/.exec(window)![0];
  const onRoad = ROAD.test(near.trimEnd());
  const isEstate = /^[\u4e00-\u9fff]{2,3}$/.test(detail) && !/[号弄栋幢座室楼层组期元]$/.test(detail);
  // 12号 is a date more often than a house.
  if (/^[0-9０-９一二三四五六七八九十]{1,3}号[\s,，]?$/.test(detail) && !onRoad) return null;
  const province = PROVINCE.exec(wide);
  const area = wide.slice(province?.index ?? wide.length);
  if (province !== null && (onRoad || /[市区县旗州镇乡路街道]/.test(area))) return area.length;
  const district = DISTRICT.exec(near);
  if (district !== null && (onRoad || isEstate || /单元|室|栋|幢|号楼/.test(detail)))
    return near.length - district.index;
  if (!onRoad || isEstate) return null;
  return near.trimEnd().replace(BEFORE_ADDRESS, '').slice(-8).length + (near.length - near.trimEnd().length);
}
