// What every page says, in Chinese. This table is the type: English must have the same keys and the same {places}.

export const zh = {
  'app.name': '接棒',
  'app.tagline': '机器人先答，人来接棒',
  'app.language': '界面语言',
  'app.view': '切换视图',
  'app.viewShop': '顾客',
  'app.viewDesk': '客服工作台',
  'app.loading': '正在加载…',
  'app.broken': '页面出错了，请刷新后重试',
  'app.reload': '刷新页面',

  'common.cancel': '取消',
  'common.close': '关闭',
  'common.retry': '重试',
  'common.send': '发送',
  'common.bot': '机器人',
  'common.human': '人工',
  'common.agentNamed': '人工 {name}',
  'common.shopper': '顾客',
  'common.sending': '发送中',
  'common.failed': '发送失败，点此重发',
  'common.newMessages': '{n} 条新消息',
  'common.earlier': '查看更早的消息',
  'common.source': '来源：{title}',
  'common.visitor': '访客',

  'time.seconds': '{n} 秒',
  'time.minutes': '{n} 分钟',
  'time.hours': '{n} 小时',
  'time.within': '{time}内',
  'time.range': '大约 {from}–{to}',
  'time.mixed': '大约 {from}到 {to}',

  'link.connecting': '正在连接…',
  'link.lostShop': '网络不稳定，正在重连…',
  'link.retryNow': '立即重连',

  'error.offline': '网络不通，请检查连接后重试',
  'error.already_claimed': '已被 {name} 接入',
  'error.already_claimed_unknown': '会话已被他人接入',
} as const;
