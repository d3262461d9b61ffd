// npm run content -- check|publish|status: intents and FAQ from the terminal.
import path from 'node:path';
import { runCommand } from '../src/commands.ts';
import { loadContent } from '../src/curation/load-content.ts';
import { AppError } from '../src/errors.ts';
import { loadConfig } from '../src/settings.ts';
import { contentRoot } from '../src/shop.ts';
import { finishCommand } from './setup/finish.ts';

const USAGE = `用法：npm run content -- check [目录] | publish [目录] | status
缺省为项目里 SHOP 所指的店铺；给出目录时，其中应有 intents/*.yaml 与 faq-corpus/**/*.md。`;

await finishCommand(async () => {
  const [command, dir] = process.argv.slice(2);
  const root = dir ? path.resolve(dir) : contentRoot();
  switch (command) {
    case 'check': {
      const content = await loadContent(root, dir ? null : loadConfig([]).SHOP);
      console.log(
        `内容合格：${content.intents.length} 个意图，${content.entries.length} 条问答（${content.hash.slice(0, 12)}）`,
      );
      return;
    }
    case 'publish': {
      const result = await runCommand('content-publish', { root });
      console.log(
        result.unchanged
          ? `内容没有变化，仍是第 ${result.releaseId} 版`
          : `已发布第 ${result.releaseId} 版：${result.intents} 个意图，${result.entries} 条问答`,
      );
      return;
    }
    case 'status': {
      const status = await runCommand('content-status', {});
      console.log(
        status.releaseId
          ? `当前第 ${status.releaseId} 版，发布于 ${status.publishedAt}（${status.hash?.slice(0, 12)}）`
          : '还没有发布过内容',
      );
      return;
    }
    default:
      throw new AppError('invalid_request', USAGE);
  }
});
