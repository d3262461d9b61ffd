// The one table of channels: a new channel is a folder and a line here. Knows no environment; settings come from outside.
import { AppError } from '../errors.ts';
import { botFramework } from './bot-framework/channel.ts';
import type { ChannelDefinition } from './definition.ts';
import { directline } from './directline/channel.ts';
import { doudian } from './doudian/channel.ts';
import { taobao } from './taobao/channel.ts';
import { web } from './web/channel.ts';
import { webhook } from './webhook/channel.ts';
import { wechatMp } from './wechat-mp/channel.ts';
import { wechatOa } from './wechat-oa/channel.ts';
import { wecomKf } from './wecom-kf/channel.ts';

export const CHANNELS: readonly ChannelDefinition[] = [
  web,
  webhook,
  wechatOa,
  wechatMp,
  wecomKf,
  taobao,
  doudian,
  directline,
  botFramework,
];

export function definitionOf(kind: string, table: readonly ChannelDefinition[] = CHANNELS): ChannelDefinition {
  const found = table.find((definition) => definition.kind === kind);
  if (!found) throw new AppError('not_found', `没有 ${kind} 这种渠道`);
  return found;
}
