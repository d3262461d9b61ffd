// What the agent reads where the desk cares for them, in Chinese. This table is the type: English must have the same keys and the same {places}.

export const zh = {
  'cool.title': '语气提醒',
  'cool.held': '先缓一缓，这条回复还没有发出',
  'cool.instead': '可以换成：{text}',
  'cool.use': '换成这句',
  'cool.send': '仍要发送',
  'cool.help': '请主管协助',
  'cool.note': '{names} 这边需要协助，请帮忙看一下这个会话。',
  'cool.asked': '已在内部备注里告诉主管，顾客看不到',
  'cool.nobody': '现在没有主管在线',
} as const;
