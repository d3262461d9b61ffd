// Channel accounts: where shoppers write from, with a test that really asks the platform. Knows no kind by name.
import { Alert, Button, Modal, Table } from 'antd';
import { useState } from 'react';
import { useChannelName } from '../staff/channel-names.ts';
import { moment } from '../time.ts';
import { type Account, AccountForm, type Kind, type Made } from './account-form.tsx';
import { Loaded, Panel, RowAct, State, useChange, useCopy, useData, useSignedIn } from './parts.tsx';
import { Rotation } from './rotation.tsx';
import { useSpeech } from './speech.ts';

/** What an account is called where there are several. */
function useAccountName() {
  const channelName = useChannelName();
  return ({ kind, name }: Pick<Account, 'kind' | 'name'>) => `${channelName(kind)} ${name}`;
}

function Address({ url, of }: { url: string; of: Account }) {
  const { t } = useSpeech();
  const name = useAccountName()(of);
  const copy = useCopy();
  return (
    <span className="settings-row">
      <span className="mono settings-address">{url}</span>
      <Button size="small" aria-label={`${t('channels.copyAddress')} ${name}`} onClick={() => copy(url)}>
        {t('settings.copy')}
      </Button>
    </span>
  );
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
      {made.account.webhookUrl !== null && <p>{t('channels.address')}</p>}
      {made.account.webhookUrl !== null && <Address url={made.account.webhookUrl} of={made.account} />}
    </Modal>
  );
}

interface ActsProps {
  of: Account;
  /** What an admin may set; undefined for a kind that is not set at all. */
  kind: Kind | undefined;
  onEdit(): void;
  onSecret(made: Made): void;
}

function Acts({ of, kind, onEdit, onSecret }: ActsProps) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const row = useAccountName()(of);
  const test = useChange(() => ask('POST /api/accounts/:id/test', { params: { id: of.id } }));
  const mayChange = kind !== undefined && !of.isInstalled;
  return (
    <>
      <div className="settings-row">
        <RowAct of={row} loading={test.isPending} onClick={() => test.mutate(undefined)}>
          {t('channels.test')}
        </RowAct>
        {mayChange && (
          <RowAct of={row} onClick={onEdit}>
            {t('settings.edit')}
          </RowAct>
        )}
        {mayChange && kind.rotation !== null && <Rotation of={of} kind={kind} onSecret={onSecret} />}
      </div>
      {test.data && (
        <Alert style={{ marginTop: 6 }} type={test.data.ok ? 'success' : 'error'} showIcon title={test.data.detail} />
      )}
    </>
  );
}

export function ChannelsPage() {
  const { t, language } = useSpeech();
  const channelName = useChannelName();
  const accounts = useData('GET /api/accounts');
  const [editing, setEditing] = useState<Account | 'new' | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const add = (
    <Button type="primary" disabled={!accounts.data?.kinds.length} onClick={() => setEditing('new')}>
      {t('channels.new')}
    </Button>
  );
  return (
    <Panel title={t('settings.channels')} hint={t('channels.hint')} actions={add}>
      <Loaded query={accounts}>
        {({ items, kinds }) => (
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
                render: (_, one) => channelName(one.kind),
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
                    {one.webhookUrl === null ? t('channels.noAddress') : <Address url={one.webhookUrl} of={one} />}
                    {one.isInstalled && kinds.some(({ kind }) => kind === one.kind) && (
                      <p className="quiet-text">{t('channels.installed')}</p>
                    )}
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
                render: (_, one) => (
                  <Acts
                    of={one}
                    kind={kinds.find(({ kind }) => kind === one.kind)}
                    onEdit={() => setEditing(one)}
                    onSecret={setMade}
                  />
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {editing !== null && (
        <AccountForm
          of={editing === 'new' ? null : editing}
          kinds={accounts.data?.kinds ?? []}
          onClose={() => setEditing(null)}
          onSecret={setMade}
        />
      )}
      {made !== null && <SecretOnce made={made} onClose={() => setMade(null)} />}
    </Panel>
  );
}
