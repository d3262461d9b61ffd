// The one table of errors: code, HTTP status and the sentence a person reads. Knows nothing of HTTP frameworks.

const TABLE = {
  // asked wrongly
  invalid_request: [400, '请求的内容不符合要求'],
  invalid_json: [400, '请求正文不是合法的 JSON'],
  unauthorized: [401, '请先登录，或带上有效的令牌'],
  invalid_credentials: [401, '账号或密码不正确'],
  invalid_signature: [401, '签名或报文无法通过校验'],
  wrong_code: [400, '验证码不正确或已经用过，请输入最新的 6 位数字'],
  second_factor: [401, '还需要第二步验证'],
  link_expired: [401, '登录链接已使用或已过期，请重新生成'],
  csrf_missing: [403, '缺少或错误的 x-csrf-token，请刷新页面后重试'],
  needs_https: [
    403,
    '这个地址是 http，而 PUBLIC_URL 设置为 https，浏览器不会保存登录状态；请用 PUBLIC_URL 的 https 地址打开',
  ],
  forbidden: [403, '当前角色无权执行此操作'],
  not_found: [404, '找不到所请求的内容'],
  channel_off: [404, '这个渠道没有配置，处于关闭状态'],
  already_claimed: [409, '会话已被他人接入'],
  not_owner: [409, '您不是该会话的接待人，回复未发送'],
  account_off: [409, '这个渠道账号没有开启，消息发不出去；请管理员在“设置 > 渠道”里开启后再发'],
  wrong_state: [409, '会话当前的状态不允许此操作'],
  edit_conflict: [409, '此条刚被他人修改，您的修改未保存'],
  shift_not_clear: [409, '还有没处理完的事，不能下班'],
  content_type: [415, '不支持的内容类型，请使用 application/json'],
  too_large: [413, '内容过大'],
  too_many_requests: [429, '操作太频繁，请稍后再试'],
  internal: [500, '服务器内部错误，已记录；请稍后重试'],
  unreadable_secret: [500, '保存的密钥无法解开，请重新生成'],
  overloaded: [503, '系统繁忙，请稍后重试'],
  llm_off: [503, '没有配置大模型接口，这项功能用不了；请设置 LLM_BASE_URL 和 LLM_MODEL 后重启'],
  platform_silent: [502, '平台没有给出数据'],
  not_ready: [503, '服务尚未就绪'],
  // the start and the terminal
  bad_setting: [500, '设置有误'],
  bad_content: [422, '内容文件有误'],
  bad_sheet: [422, '表格有误，没有导入'],
  port_in_use: [500, '端口已被占用'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof TABLE;

/** An error a caller can act on. `detail` says what happened, what was expected and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly extra: Record<string, unknown>;
  constructor(code: ErrorCode, detail?: string, extra: Record<string, unknown> = {}) {
    super(detail ?? TABLE[code][1]);
    this.name = 'AppError';
    this.code = code;
    this.status = TABLE[code][0];
    this.title = TABLE[code][1];
    this.extra = extra;
  }
}
