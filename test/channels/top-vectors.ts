// Signatures of Taobao's open platform that others have published or accepted: what every side of ours is held to.

export const VECTOR_SECRET = 'helloworld';

/** A call of a shop's program; developer.alibaba.com/docs/doc.htm?articleId=101617 */
export const CALL_VECTOR = {
  params: {
    method: 'taobao.item.seller.get',
    app_key: '12345678',
    session: 'test',
    timestamp: '2016-01-01 12:00:00',
    format: 'json',
    v: '2.0',
    fields: 'num_iid,title,nick,price,num',
    num_iid: '11223344',
  },
  signs: {
    md5: '66987CB115214E59E6EC978214934FB8',
    hmac: 'D56D7858309C31B6251083A874D48273',
    'hmac-sha256': '04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8',
  },
} as const;

/** A call that the platform makes to a shop; accepted by npm taobao-sdk 2.0.5. */
export const SPI_VECTOR = {
  query: {
    method: 'qianniu.demo.spi',
    app_key: '12345678',
    timestamp: '2026-01-01 12:00:00',
    sign_method: 'md5',
    v: '2.0',
    format: 'json',
    biz: '中文 a+b',
  },
  body: '{"orderId":"123","msg":"你好"}',
  sign: '720A24D533817D5CD6C1C49B71A2844B',
} as const;
