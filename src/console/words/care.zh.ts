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

  'break.propose': '您已连续接待 {n} 位情绪激动的顾客，要不要歇 5 分钟？手上的顾客若来消息，会收到您暂时离开的说明。',
  'break.rest': '休息 5 分钟',
  'break.later': '先不用',
  'break.over': '已经休息 5 分钟，准备好了就回到在线',
  'break.back': '回到在线',

  'elsewhere.text': '顾客在问「{about}」，建议转给 {team} 组',
  'elsewhere.move': '转给 {team}',
  'elsewhere.stay': '我来处理',
  'elsewhere.note': '顾客在问「{about}」',

  'cause.label': '根因',
  'cause.optional': '不填写',
  'cause.suggested': '看起来是「{cause}」（顾客说到「{because}」）',
  'cause.use': '就选这个',
  'cause.note': '根因补充（选填）',

  'face.smile': '微笑',
  'face.laugh': '开心',
  'face.please': '拜托、感谢',
  'face.thumb': '赞',
  'face.okay': '好的',
  'face.heart': '爱心',
  'face.rose': '玫瑰',
  'face.cheer': '庆祝',
  'face.strong': '加油',
  'face.hug': '抱抱',
  'face.parcel': '包裹',
  'face.truck': '发货',
} as const;
