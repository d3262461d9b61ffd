// What the bubble on other sites says, in Chinese. This table is the type: English must have the same keys and the same {places}.

export const zh = {
  'widget.title': '在线客服',
  'widget.unread': '在线客服，{n} 条未读消息',
  'widget.close': '收起在线客服',
} as const;
