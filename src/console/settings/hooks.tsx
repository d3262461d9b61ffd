// Whom the shop tells of what happens: its own systems, and the groups of its staff.
import { Alert, App, Button, Drawer, Form, Input, Modal, Select, Switch, Table } from 'antd';
import { useState } from 'react';
import type { HookKind } from '../../contract/hook.ts';
import type { Reply } from '../routes.ts';
import { moment } from '../time.ts';
import { DeadLetters } from './dead-letters.tsx';
import type { Hook } from './hook.ts';
import { Loaded, Panel, RowAct, State, useChange, useData, usePath, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

interface Fields {
  url: string;
  description: string;
  kinds: HookKind[];
  isOn: boolean;
}

interface Kinds {
  kinds: { kind: HookKind; title: string }[];
}

function HookForm({ of, onClose, onSecret }: { of: Hook | null; onClose(): void; onSecret(secret: string): void }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const kinds = usePath<Kinds>('/api/hooks/kinds');
  const [form] = Form.useForm<Fields>();
  const save = useChange(
    async ({ isOn, ...fields }: Fields): Promise<string | null> => {
      if (of !== null) {
        const state = isOn ? 'active' : 'paused';
        const changed = isOn === (of.state === 'active') ? fields : { ...fields, state };
        await ask.path(`/api/hooks/${of.id}`, { method: 'PATCH', body: changed });
        return null;
      }
      const { secret } = await ask.path<{ secret: string }>('/api/hooks', { method: 'POST', body: fields });
      return secret;
    },
    {
      form,
      done: t('settings.saved'),
      onDone(secret) {
        onClose();
        if (secret !== null) onSecret(secret);
      },
    },
  );
  const footer = (
    <div className="settings-row">
      <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
        {of === null ? t('hooks.add') : t('settings.save')}
      </Button>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
    </div>
  );
  const initial: Fields =
    of === null
      ? { url: '', description: '', kinds: [], isOn: true }
      : { url: of.url, description: of.description, kinds: of.kinds, isOn: of.state === 'active' };
  return (
    <Drawer open size={480} title={of === null ? t('hooks.new') : t('hooks.edit')} onClose={onClose} footer={footer}>
      <Form form={form} layout="vertical" initialValues={initial} onFinish={(fields) => save.mutate(fields)}>
        <Form.Item
          name="url"
          label={t('hooks.url')}
          rules={[{ required: true, message: t('settings.required') }]}
          extra={t('hooks.urlHint')}
        >
          <Input placeholder="https://" />
        </Form.Item>
        <Form.Item name="kinds" label={t('hooks.kinds')} extra={t('hooks.kindsHint')}>
          <Select
            mode="multiple"
            options={(kinds.data?.kinds ?? []).map(({ kind, title }) => ({
              value: kind,
              label: `${title}（${kind}）`,
            }))}
          />
        </Form.Item>
        <Form.Item name="description" label={t('hooks.note')}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="isOn" label={t('hooks.on')} valuePropName="checked" hidden={of === null}>
          <Switch />
        </Form.Item>
      </Form>
    </Drawer>
  );
}

function Acts({
  of,
  onEdit,
  onSecret,
  onDead,
}: {
  of: Hook;
  onEdit(): void;
  onSecret(s: string): void;
  onDead(): void;
}) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const { modal } = App.useApp();
  const rotate = useChange(
    () => ask.path<{ secret: string }>(`/api/hooks/${of.id}/rotate-secret`, { method: 'POST' }),
    { onDone: ({ secret }) => onSecret(secret) },
  );
  const test = useChange(() => ask('POST /api/hooks/:id/test', { params: { id: of.id } }));
  const remove = useChange(() => ask.path(`/api/hooks/${of.id}`, { method: 'DELETE' }), {
    done: t('settings.removed'),
  });
  const sure = (title: string, content: string, run: () => void) =>
    modal.confirm({ title, content, okText: t('settings.goOn'), cancelText: t('common.cancel'), onOk: run });
  return (
    <>
      <div className="settings-row">
        <RowAct of={of.url} loading={test.isPending} onClick={() => test.mutate(undefined)}>
          {t('channels.test')}
        </RowAct>
        <RowAct of={of.url} onClick={onEdit}>
          {t('settings.edit')}
        </RowAct>
        <RowAct of={of.url} onClick={onDead}>
          {t('hooks.deliveries')}
        </RowAct>
        <RowAct
          of={of.url}
          loading={rotate.isPending}
          onClick={() => sure(t('hooks.rotateTitle'), t('hooks.rotateWhy'), () => rotate.mutate(undefined))}
        >
          {t('channels.rotate')}
        </RowAct>
        <RowAct
          of={of.url}
          danger
          loading={remove.isPending}
          onClick={() => sure(t('hooks.removeTitle'), t('hooks.removeWhy'), () => remove.mutate(undefined))}
        >
          {t('settings.remove')}
        </RowAct>
      </div>
      {test.data && (
        <Alert style={{ marginTop: 6 }} type={test.data.ok ? 'success' : 'error'} showIcon title={test.data.detail} />
      )}
    </>
  );
}

type Robot = Reply<'GET /api/shop-settings'>['robots'][number];

function RobotRow({ robot }: { robot: Robot }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const kind = robot.kind as 'dingtalk' | 'feishu' | 'wecom';
  const test = useChange(() => ask('POST /api/robots/:kind/test', { params: { kind } }));
  return (
    <li className="settings-row" style={{ padding: '6px 0' }}>
      <strong style={{ width: 110 }}>{robot.title}</strong>
      <State kind={robot.isOn ? 'good' : 'plain'}>{robot.isOn ? t('hooks.robotOn') : t('hooks.robotOff')}</State>
      {robot.isOn ? (
        <RowAct of={robot.title} loading={test.isPending} onClick={() => test.mutate(undefined)}>
          {t('hooks.robotTest')}
        </RowAct>
      ) : (
        <span className="quiet-text">{t('hooks.robotHow', { name: `ROBOT_${robot.kind.toUpperCase()}_URL` })}</span>
      )}
      {test.data && <Alert type={test.data.ok ? 'success' : 'error'} showIcon title={test.data.detail} />}
    </li>
  );
}

export function HooksPage() {
  const { t, language } = useSpeech();
  const hooks = usePath<{ items: Hook[] }>('/api/hooks');
  const shop = useData('GET /api/shop-settings');
  const [editing, setEditing] = useState<Hook | 'new' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [letters, setLetters] = useState<Hook | null>(null);
  const add = (
    <Button type="primary" onClick={() => setEditing('new')}>
      {t('hooks.new')}
    </Button>
  );
  const kinds = { active: 'good', paused: 'plain', disabled: 'bad' } as const;
  return (
    <>
      <Panel title={t('hooks.title')} hint={t('hooks.hint')} actions={add}>
        <Loaded query={hooks}>
          {({ items }) => (
            <Table<Hook>
              rowKey="id"
              size="small"
              pagination={false}
              dataSource={items}
              locale={{ emptyText: t('hooks.empty') }}
              columns={[
                {
                  title: t('hooks.url'),
                  key: 'url',
                  render: (_, one) => (
                    <>
                      <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                        {one.url}
                      </span>
                      {one.description !== '' && <p className="quiet-text">{one.description}</p>}
                    </>
                  ),
                },
                {
                  title: t('channels.state'),
                  key: 'state',
                  width: 190,
                  render: (_, one) => (
                    <>
                      <State kind={kinds[one.state]}>{t(`hookState.${one.state}`)}</State>
                      {(one.reason ?? one.lastError) !== null && (
                        <p className="quiet-text">{one.reason ?? one.lastError}</p>
                      )}
                    </>
                  ),
                },
                {
                  title: t('hooks.lastSuccess'),
                  key: 'last',
                  width: 110,
                  render: (_, one) =>
                    one.lastSuccessAt === null ? '—' : moment(one.lastSuccessAt, language, Date.now()),
                },
                { title: t('hooks.waiting'), dataIndex: 'waiting', align: 'right', width: 80 },
                { title: t('hooks.dead'), dataIndex: 'dead', align: 'right', width: 80 },
                {
                  title: t('settings.acts'),
                  key: 'acts',
                  width: 330,
                  render: (_, one) => (
                    <Acts of={one} onEdit={() => setEditing(one)} onSecret={setSecret} onDead={() => setLetters(one)} />
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      <Panel title={t('hooks.robots')} hint={t('hooks.robotsHint')}>
        <Loaded query={shop}>
          {({ robots }) => (
            <ul>
              {robots.map((robot) => (
                <RobotRow key={robot.kind} robot={robot} />
              ))}
            </ul>
          )}
        </Loaded>
      </Panel>
      {editing !== null && (
        <HookForm of={editing === 'new' ? null : editing} onClose={() => setEditing(null)} onSecret={setSecret} />
      )}
      {letters !== null && <DeadLetters of={letters} onClose={() => setLetters(null)} />}
      {secret !== null && (
        <Modal
          open
          title={t('hooks.secretTitle')}
          okText={t('channels.secretKept')}
          cancelButtonProps={{ hidden: true }}
          onOk={() => setSecret(null)}
          onCancel={() => setSecret(null)}
        >
          <p>{t('channels.secretHint')}</p>
          <p className="settings-once">{secret}</p>
        </Modal>
      )}
    </>
  );
}
