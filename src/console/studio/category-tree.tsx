// The categories: stages of a purchase, and under each the intents that entries answer.
import { Skeleton, Tree, type TreeProps } from 'antd';
import { useMemo } from 'react';
import type { Summary } from './desk-of-editor.tsx';
import { useSpeech } from './speech.ts';

interface TreeParts {
  summary: Summary | undefined;
  filters: { stage?: string; intent?: string };
  onPick(changes: Record<string, string | null>): void;
}

const titled = (text: string, n: number) => (
  <span className="category">
    <span className="category-name">{text}</span>
    <span className="category-count">{n}</span>
  </span>
);

export function CategoryTree({ summary, filters, onPick }: TreeParts) {
  const { t } = useSpeech();
  const nodes = useMemo<TreeProps['treeData']>(() => {
    if (summary === undefined) return [];
    const stages = summary.tree.map(({ stage, count, intents }) => ({
      key: `stage ${stage}`,
      title: titled(t(`stage.${stage}`), count),
      children: intents.map(({ name, label, count: n }) => ({ key: `intent ${name}`, title: titled(label, n) })),
    }));
    return [{ key: 'all', title: titled(t('list.all'), summary.total) }, ...stages];
  }, [summary, t]);
  const chosen = filters.intent ? `intent ${filters.intent}` : filters.stage ? `stage ${filters.stage}` : 'all';
  return (
    <aside className="entries-tree" aria-label={t('list.tree')}>
      {summary === undefined ? (
        <Skeleton active paragraph={{ rows: 10 }} title={false} />
      ) : (
        <Tree
          blockNode
          treeData={nodes ?? []}
          selectedKeys={[chosen]}
          defaultExpandedKeys={filters.intent ? [stageKeyOf(summary, filters.intent)] : []}
          onSelect={(_, { node }) => {
            const [kind, name = null] = String(node.key).split(' ');
            onPick({ stage: kind === 'stage' ? name : null, intent: kind === 'intent' ? name : null });
          }}
        />
      )}
    </aside>
  );
}

const stageKeyOf = ({ intents }: Summary, name: string): string =>
  `stage ${intents.find((intent) => intent.name === name)?.stage ?? ''}`;
