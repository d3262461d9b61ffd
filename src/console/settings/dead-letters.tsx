// What an endpoint was told, is to be told, or never took; and telling it again.
import { Button, Drawer, Form, InputNumber, Segmented, Table } from 'antd';
import { useState } from 'react';
import { moment } from '../time.ts';
import type { Hook } from './hook.ts';
import { Loaded, RowAct, useChange, usePath, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

interface Delivery {
  id: string;
  sequence: number;
  kind: string;
  state: string;
  attempts: number;
  status: number | null;
  lastError: string | null;
  createdAt: string;
}

const STATES = ['dead', 'waiting', 'delivered'] as const;

export function DeadLetters({ of, onClose }: { of: Hook; onClose(): void }) {
  const { t, language } = useSpeech();
  const { ask } = useSignedIn();
  const [state, setState] = useState<(typeof STATES)[number]>('dead');
  const letters = usePath<{ items: Delivery[] }>(`/api/hooks/${of.id}/deliveries?state=${state}&limit=100`);
  const again = useChange((id: string) => ask.path(`/api/hooks/${of.id}/deliveries/${id}/replay`, { method: 'POST' }), {
    done: t('hooks.replaying'),
  });
  const from = useChange(
    ({ fromSequence }: { fromSequence: number }) =>
      ask.path(`/api/hooks/${of.id}/replay`, { method: 'POST', body: { fromSequence } }),
    { done: t('hooks.replaying') },
  );
  return (
    <Drawer open size={760} title={t('hooks.deliveriesOf', { url: of.url })} onClose={onClose}>
      <div className="settings-row" style={{ marginBottom: 12 }}>
        <Segmented
          value={state}
          onChange={setState}
          options={STATES.map((one) => ({ value: one, label: t(`letter.${one}`) }))}
        />
        <Form layout="inline" onFinish={(fields: { fromSequence: number }) => from.mutate(fields)}>
          <Form.Item
            name="fromSequence"
            label={t('hooks.replayFrom')}
            rules={[{ required: true, message: t('settings.required') }]}
          >
            <InputNumber min={1} max={Math.max(1, of.sequence)} precision={0} />
          </Form.Item>
          <Button htmlType="submit" loading={from.isPending}>
            {t('hooks.replayAll')}
          </Button>
        </Form>
      </div>
      <Loaded query={letters}>
        {({ items }) => (
          <Table<Delivery>
            rowKey="id"
            size="small"
            pagination={false}
            dataSource={items}
            locale={{ emptyText: t('hooks.noLetters') }}
            columns={[
              { title: '#', dataIndex: 'sequence', width: 80 },
              { title: t('hooks.kind'), dataIndex: 'kind' },
              {
                title: t('audit.at'),
                key: 'at',
                width: 110,
                render: (_, one) => moment(one.createdAt, language, Date.now()),
              },
              { title: t('hooks.attempts'), dataIndex: 'attempts', align: 'right', width: 70 },
              {
                title: t('hooks.answer'),
                key: 'answer',
                render: (_, one) => [one.status, one.lastError].filter((part) => part !== null).join(' ') || '—',
              },
              {
                title: t('settings.acts'),
                key: 'acts',
                width: 100,
                render: (_, one) =>
                  one.state === 'dead' && (
                    <RowAct of={one.id} onClick={() => again.mutate(one.id)}>
                      {t('hooks.replay')}
                    </RowAct>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Drawer>
  );
}
