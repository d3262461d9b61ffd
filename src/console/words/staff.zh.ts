// The door and the rail of the pages for staff, in Chinese. This table is the type: English must have the same keys and the same {places}.

export const zh = {
  'rail.label': '功能',
  'rail.desk': '工作台',
  'rail.studio': '知识库',
  'rail.board': '看板',
  'rail.settings': '设置',
  'rail.notYours': '您的账号不能进入这一页',
  'signin.title': '登录客服工作台',
  'signin.login': '账号',
  'signin.password': '密码',
  'signin.submit': '登录',
  'signin.busy': '正在登录…',
  'signin.link': '正在使用一次性登录链接…',
  'signin.hint': '没有账号？请管理员在终端运行 npm run staff -- add，或使用启动时打印的一次性登录链接。',
  'signin.expired': '登录已失效，请重新登录',
} as const;
