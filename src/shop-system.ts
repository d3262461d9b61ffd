// Which system answers about orders: the sample's tables, and Taobao where its shop has authorised us.
import { outgoingTo } from './accounts.ts';
import type { Commerce } from './commerce/commerce.ts';
import { createSampleCommerce } from './commerce/sample/sample-commerce.ts';
import { createTaobaoCommerce } from './commerce/taobao/taobao-commerce.ts';
import type { Config } from './config.ts';
import type { ShopId } from './contract/conversation.ts';
import type { Pool } from './db/database.ts';
import { createTopClient } from './providers/top.ts';

/** Below the two seconds in which the engine wants its answer. */
const TOP_TIMEOUT_MS = 1_800;

export function openCommerce(pool: Pool, shopId: ShopId, config: Config, now: () => Date): Commerce {
  const sample = createSampleCommerce(pool);
  const { TAOBAO_APP_KEY = '', TAOBAO_APP_SECRET = '', TAOBAO_SESSION = '', TAOBAO_API_BASE = '' } = config.CHANNELS;
  if (TAOBAO_SESSION === '' || TAOBAO_APP_SECRET === '') return sample;
  const top = createTopClient({
    appKey: TAOBAO_APP_KEY,
    appSecret: TAOBAO_APP_SECRET,
    session: TAOBAO_SESSION,
    apiBase: TAOBAO_API_BASE,
    outgoing: outgoingTo(config, TAOBAO_API_BASE),
    now: () => now().getTime(),
    timeoutMs: TOP_TIMEOUT_MS,
  });
  return createTaobaoCommerce(top, shopId, sample);
}
