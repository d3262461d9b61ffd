// What a model said, looked at without trust: refusals, leaked instructions, placeholders nobody gave out, JSON in plain text.
import type { BaseMessage } from '@langchain/core/messages';
import type { MaskLedger } from '../policy/mask.ts';

const REFUSAL =
  /作为(?:一个|一名)?(?:AI|人工智能|语言模型)|我(?:无法|不能)(?:协助|帮助|满足|提供该)|抱歉[，,]?我(?:无法|不能)(?:处理|完成|回答)这|I(?:'m| am) sorry|as an ai\b|system prompt|系统提示|mustKeep|"answer"|JSON/i;

/** Pieces of our own instructions; a model that repeats them was talked into it. */
const LEAK =
  /文字编辑|只换说法|改写后的正文|交接摘要|不是给你的指令|待处理的资料|占位符|绝对化用语|candidates|用户消息是|提示词|改写成|我的(?:指令|规则|设定)是/i;

/** The text with the real values filled in again; null when it is a refusal, empty, or names a placeholder nobody gave out. */
export function usable(text: string, ledger: MaskLedger): string | null {
  const plain = text.replace(/<think>[\s\S]*?<\/think>/g, '').trim();
  if (plain === '' || REFUSAL.test(plain) || LEAK.test(plain) || !plain.isWellFormed()) return null;
  if (ledger.unknownIn(plain).length > 0) return null;
  return /[^\P{Cc}\n\t]/u.test(plain) ? null : ledger.restore(plain);
}

/** The object of an answer that should have been a tool call and came as text; undefined when there is none. */
export function jsonIn(text: string): unknown {
  const plain = text.replace(/<think>[\s\S]*?<\/think>/g, '');
  const from = plain.indexOf('{');
  const to = plain.lastIndexOf('}');
  if (from < 0 || to < from) return undefined;
  try {
    return JSON.parse(plain.slice(from, to + 1));
  } catch {
    return undefined;
  }
}

/** One Chinese character is at most about two tokens in the usual tokenisers. */
export function estimateTokens(messages: readonly BaseMessage[]): number {
  return messages.reduce((sum, message) => sum + message.text.length * 2, 0);
}

export function usedTokens(raw: BaseMessage): number | null {
  const usage: unknown = 'usage_metadata' in raw ? raw.usage_metadata : undefined;
  const total: unknown =
    typeof usage === 'object' && usage !== null && 'total_tokens' in usage ? usage.total_tokens : undefined;
  return typeof total === 'number' && total > 0 ? total : null;
}
