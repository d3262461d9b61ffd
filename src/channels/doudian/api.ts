// 抖店's API as far as this channel needs it: a signed request for the shop's authorisation, by which the settings are tried. Knows no message.
import { createHmac } from 'node:crypto';
import { isRecord, parseExact } from '../../providers/exact-json.ts';
import type { Outgoing } from '../../providers/outgoing.ts';
import { topTime } from '../../providers/top.ts';
import { SendError } from '../channel.ts';
import { post } from '../outbound.ts';

export interface DoudianCall {
  appKey: string;
  method: string;
  /** Keys in their order, nothing between them. */
  paramJson: string;
  /** `2020-09-15 14:48:13`, China's time. */
  timestamp: string;
}

/** HMAC-SHA256 in hex; github minibear2021/doudian core.py, 抖店开放平台 API 签名规则 */
export const signDoudian = ({ appKey, method, paramJson, timestamp }: DoudianCall, secret: string): string =>
  createHmac('sha256', secret)
    .update(`${secret}app_key${appKey}method${method}param_json${paramJson}timestamp${timestamp}v2${secret}`)
    .digest('hex');

export interface DoudianApi {
  appKey: string;
  appSecret: string;
  shopId: string;
  apiBase: string;
  outgoing: Outgoing;
  now(): number;
}

/** Older answers say `err_no: 0`, newer ones `code: 10000`; some gateways write numbers as text. */
const isSuccess = (answer: Record<string, unknown>): boolean =>
  String(answer.err_no) === '0' || String(answer.code) === '10000';

/** Asks for the authorisation of an app that the shop made for itself; it is not kept. @throws SendError */
export async function tryAuthorisation(api: DoudianApi): Promise<void> {
  const { appKey, appSecret, shopId, apiBase, outgoing, now } = api;
  const method = 'token.create';
  const paramJson = JSON.stringify({ code: '', grant_type: 'authorization_self', shop_id: shopId });
  const timestamp = topTime(now());
  const sign = signDoudian({ appKey, method, paramJson, timestamp }, appSecret);
  const query = new URLSearchParams({
    app_key: appKey,
    method,
    param_json: paramJson,
    timestamp,
    v: '2',
    sign_method: 'hmac-sha256',
    sign,
  });
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const { status, text } = await post(outgoing, `${apiBase}/token/create?${query}`, paramJson, headers);
  let answer: unknown;
  try {
    answer = parseExact(text);
  } catch {
    answer = null;
  }
  if (status !== 200 || !isRecord(answer))
    throw new SendError({ kind: 'retry', notSent: true, detail: `抖店接口返回 ${status}，不是约定的 JSON` });
  if (isSuccess(answer)) return;
  const code = String(answer.sub_code ?? answer.code ?? answer.err_no ?? '');
  const said = String(answer.sub_msg ?? answer.msg ?? answer.message ?? '').slice(0, 200);
  throw new SendError({ kind: 'permanent', code, detail: `抖店 ${code}：${said}` });
}
