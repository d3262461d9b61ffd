// The first page’s own sentences, in Chinese. This table is the type: English must have the same keys and the same {places}.

export const zh = {
  'coach.title': '五步走完一次接待',
  'coach.ask': '作为顾客点「七天无理由」，看答案和来源',
  'coach.complain': '作为顾客点「我要投诉」，等人来接',
  'coach.claim': '工作台按 Alt+Q，接入最紧急的一位',
  'coach.reply': '按 Alt+1 采用推荐回复，按 Enter 发出',
  'coach.resolve': '点「结束会话」，选「已解决」，再点「结束会话」',
  'coach.done': '你已走完一次完整接待：机器人答、人接棒、再交还机器人。还可以作为顾客点「5 星」评价。',
  'coach.board': '看看看板',
  'coach.studio': '编辑知识',
  'coach.dismiss': '不再显示',
  'coach.again': '再来一次',
  'coach.stepDone': '已完成',
  'reset.open': '重置演示数据',
  'reset.text': '示例店铺的全部会话、消息和接待记录会被清空，重新写入一周的示例数据。知识、设置和账号不变。',
  'reset.submit': '确认重置',
} as const;
