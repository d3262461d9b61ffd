// Channel accounts: where shoppers write from, with a test that really asks the platform.
import { Alert, App, Button, Drawer, Form, Input, Modal, Select, Switch, Table } from 'antd';
import { useState } from 'react';
import { wordFor } from '../language.tsx';
import type { Reply } from '../routes.ts';
import { moment } from '../time.ts';
import { Loaded, Panel, State, useChange, useData, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

type Account = Reply<'GET /api/accounts'>['items'][number];
type Kind = 'webhook' | 'wechat-oa';

interface Fields {
  kind: Kind;
  name: string;
  isOn: boolean;
  deliverUrl?: string;
  appId?: string;
  mode?: string;
  reply?: string;
  token?: string;
  aesKey?: string;
  appSecret?: string;
}

const SETTINGS: Record<Kind, readonly (keyof Fields)[]> = {
  webhook: ['deliverUrl'],
  'wechat-oa': ['appId', 'mode', 'reply'],
};
const SECRETS: Record<Kind, readonly (keyof Fields)[]> = { webhook: [], 'wechat-oa': ['token', 'aesKey', 'appSecret'] };

/** Of the fields of a kind, those that were filled in. */
const chosen = (fields: Fields, names: readonly (keyof Fields)[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (fields[name] ? [[name, String(fields[name]).trim()]] : [])));

function KindFields({ kind, of }: { kind: Kind; of: Account | null }) {
  const { t } = useSpeech();
  const kept = (name: string) => (of?.secretNames.includes(name) ? t('channels.kept') : '');
  if (kind === 'webhook') {
    return (
      <Form.Item name="deliverUrl" label={t('channels.deliverUrl')} extra={t('channels.deliverUrlHint')}>
        <Input placeholder="https://" />
      </Form.Item>
    );
  }
  const secret = (name: 'token' | 'aesKey' | 'appSecret') => (
    <Form.Item key={name} name={name} label={t(`channels.${name}`)} extra={t(`channels.${name}Hint`)}>
      <Input.Password autoComplete="off" placeholder={kept(name)} />
    </Form.Item>
  );
  return (
    <>
      <Form.Item name="appId" label="AppID">
        <Input autoComplete="off" />
      </Form.Item>
      {secret('token')}
      <Form.Item name="mode" label={t('channels.mode')}>
        <Select
          options={['secure', 'compat', 'plain'].map((mode) => ({ value: mode, label: wordFor(t, 'mode', mode) }))}
        />
      </Form.Item>
      {secret('aesKey')}
      {secret('appSecret')}
      <Form.Item name="reply" label={t('channels.reply')}>
        <Select options={['async', 'passive'].map((way) => ({ value: way, label: wordFor(t, 'replyWay', way) }))} />
      </Form.Item>
    </>
  );
}

function AccountForm({ of, onClose, onSecret }: { of: Account | null; onClose(): void; onSecret(made: Made): void }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const [form] = Form.useForm<Fields>();
  const kind = Form.useWatch('kind', form) ?? (of?.kind as Kind | undefined) ?? 'webhook';
  const save = useChange(
    async (fields: Fields): Promise<Made | null> => {
      const settings = chosen(fields, SETTINGS[kind]);
      const secrets = chosen(fields, SECRETS[kind]);
      if (of !== null) {
        await ask('PUT /api/accounts/:id', { params: { id: of.id }, body: { settings, secrets, isOff: !fields.isOn } });
        return null;
      }
      const { account, secret } = await ask('POST /api/accounts', {
        body: { kind, name: fields.name.trim(), settings, secrets },
      });
      return secret === null ? null : { account, secret };
    },
    {
      form,
      done: t('settings.saved'),
      onDone(made) {
        onClose();
        if (made !== null) onSecret(made);
      },
    },
  );
  const initial: Partial<Fields> =
    of === null
      ? { kind: 'webhook', name: '', isOn: true, mode: 'secure', reply: 'async' }
      : { kind: of.kind as Kind, name: of.name, isOn: of.isOn || of.problem !== null, ...of.settings };
  const footer = (
    <div className="settings-row">
      <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
        {of === null ? t('channels.add') : t('settings.save')}
      </Button>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
    </div>
  );
  return (
    <Drawer
      open
      size={480}
      title={of === null ? t('channels.new') : t('people.edit', { name: of.name })}
      onClose={onClose}
      footer={footer}
    >
      <Form form={form} layout="vertical" initialValues={initial} onFinish={(fields) => save.mutate(fields)}>
        <Form.Item name="kind" label={t('channels.kind')}>
          <Select
            disabled={of !== null}
            options={[
              { value: 'webhook', label: t('channelKind.webhook') },
              { value: 'wechat-oa', label: t('channelKind.wechat-oa') },
            ]}
          />
        </Form.Item>
        <Form.Item
          name="name"
          label={t('channels.name')}
          extra={t('channels.nameHint')}
          rules={[{ required: true, message: t('settings.required') }]}
        >
          <Input disabled={of !== null} autoComplete="off" />
        </Form.Item>
        {of !== null && (
          <Form.Item name="isOn" label={t('channels.on')} valuePropName="checked">
            <Switch />
          </Form.Item>
        )}
        <KindFields kind={kind} of={of} />
      </Form>
    </Drawer>
  );
}

interface Made {
  account: Account;
  secret: string;
}

function SecretOnce({ made, onClose }: { made: Made; onClose(): void }) {
  const { t } = useSpeech();
  return (
    <Modal
      open
      title={t('channels.secretTitle', { name: made.account.name })}
      cancelButtonProps={{ hidden: true }}
      okText={t('channels.secretKept')}
      onOk={onClose}
      onCancel={onClose}
    >
      <p>{t('channels.secretHint')}</p>
      <p className="settings-once" data-testid="secret">
        {made.secret}
      </p>
      <p>{t('channels.address')}</p>
      <p className="settings-once">{made.account.webhookUrl}</p>
    </Modal>
  );
}

function Acts({ of, onEdit, onSecret }: { of: Account; onEdit(): void; onSecret(made: Made): void }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const { modal } = App.useApp();
  const params = { id: of.id };
  const test = useChange(() => ask('POST /api/accounts/:id/test', { params }));
  const rotate = useChange(() => ask('POST /api/accounts/:id/rotate', { params, body: { secrets: {} } }), {
    done: t('settings.saved'),
    onDone: ({ account, secret }) => secret !== null && onSecret({ account, secret }),
  });
  const sure = () =>
    modal.confirm({
      title: t('channels.rotateTitle', { name: of.name }),
      content: t('channels.rotateWhy'),
      okText: t('settings.goOn'),
      cancelText: t('common.cancel'),
      onOk: () => rotate.mutate(undefined),
    });
  return (
    <>
      <div className="settings-row">
        <Button size="small" loading={test.isPending} onClick={() => test.mutate(undefined)}>
          {t('channels.test')}
        </Button>
        {!of.isInstalled && of.kind !== 'web' && (
          <Button size="small" onClick={onEdit}>
            {t('settings.edit')}
          </Button>
        )}
        {!of.isInstalled && of.kind === 'webhook' && (
          <Button size="small" loading={rotate.isPending} onClick={sure}>
            {t('channels.rotate')}
          </Button>
        )}
      </div>
      {test.data && (
        <Alert style={{ marginTop: 6 }} type={test.data.ok ? 'success' : 'error'} showIcon title={test.data.detail} />
      )}
    </>
  );
}

export function ChannelsPage() {
  const { t, language } = useSpeech();
  const accounts = useData('GET /api/accounts');
  const [editing, setEditing] = useState<Account | 'new' | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const add = (
    <Button type="primary" onClick={() => setEditing('new')}>
      {t('channels.new')}
    </Button>
  );
  return (
    <Panel title={t('settings.channels')} hint={t('channels.hint')} actions={add}>
      <Loaded query={accounts}>
        {({ items }) => (
          <Table<Account>
            rowKey="id"
            size="small"
            pagination={false}
            dataSource={items}
            columns={[
              {
                title: t('channels.kind'),
                key: 'kind',
                width: 150,
                render: (_, one) => wordFor(t, 'channelKind', one.kind),
              },
              { title: t('channels.name'), dataIndex: 'name', width: 120 },
              {
                title: t('channels.state'),
                key: 'state',
                width: 150,
                render: (_, one) => (
                  <>
                    <State kind={one.isOn ? 'good' : one.problem === null ? 'plain' : 'bad'}>
                      {one.isOn
                        ? t('channels.isOn')
                        : one.problem === null
                          ? t('channels.isOff')
                          : t('channels.broken')}
                    </State>
                    {one.problem !== null && <p className="quiet-text">{one.problem}</p>}
                  </>
                ),
              },
              {
                title: t('channels.address'),
                key: 'address',
                render: (_, one) => (
                  <>
                    {one.webhookUrl === null ? (
                      t('channels.noAddress')
                    ) : (
                      <span className="mono" style={{ userSelect: 'all', overflowWrap: 'anywhere' }}>
                        {one.webhookUrl}
                      </span>
                    )}
                    {one.isInstalled && one.kind !== 'web' && <p className="quiet-text">{t('channels.installed')}</p>}
                    {one.previousUntil !== null && (
                      <p className="quiet-text">
                        {t('channels.overlap', { at: moment(one.previousUntil, language, Date.now()) })}
                      </p>
                    )}
                  </>
                ),
              },
              {
                title: t('settings.acts'),
                key: 'acts',
                width: 270,
                render: (_, one) => <Acts of={one} onEdit={() => setEditing(one)} onSecret={setMade} />,
              },
            ]}
          />
        )}
      </Loaded>
      {editing !== null && (
        <AccountForm of={editing === 'new' ? null : editing} onClose={() => setEditing(null)} onSecret={setMade} />
      )}
      {made !== null && <SecretOnce made={made} onClose={() => setMade(null)} />}
    </Panel>
  );
}
