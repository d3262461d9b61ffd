// One's own ways in: password, second factor, devices.
import { useQuery } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal, QRCode, Table } from 'antd';
import { useState } from 'react';
import type { Reply } from '../routes.ts';
import { moment } from '../time.ts';
import { deviceWord } from './device.ts';
import { Loaded, Panel, RowAct, State, useChange, useData, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

type Security = Reply<'GET /api/me/security'>;

function Password({ hasPassword }: { hasPassword: boolean }) {
  const { t } = useSpeech();
  const { ask, session } = useSignedIn();
  const [form] = Form.useForm<{ old: string; next: string; again: string }>();
  const save = useChange(
    ({ old = '', next }: { old?: string; next: string }) => ask('PUT /api/me/password', { body: { old, next } }),
    { form, done: t('security.passwordSaved'), onDone: () => form.resetFields() },
  );
  const need = { required: true, message: t('settings.required') };
  const same = {
    validator: (_: unknown, again: string) =>
      again === form.getFieldValue('next') ? Promise.resolve() : Promise.reject(new Error(t('security.notSame'))),
  };
  return (
    <Panel title={t('security.password')} hint={hasPassword ? t('security.passwordHint') : t('security.noPassword')}>
      <Form form={form} layout="vertical" style={{ maxWidth: 360 }} onFinish={(fields) => save.mutate(fields)}>
        <input type="text" autoComplete="username" value={session.user.login} readOnly hidden />
        {hasPassword && (
          <Form.Item name="old" label={t('security.old')} rules={[need]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
        )}
        <Form.Item name="next" label={t('security.next')} rules={[need]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="again" label={t('security.again')} rules={[need, same]} dependencies={['next']}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button htmlType="submit" loading={save.isPending}>
          {t('security.savePassword')}
        </Button>
      </Form>
    </Panel>
  );
}

const inFours = (key: string): string => key.match(/.{1,4}/g)?.join(' ') ?? key;

function Enrol({ onClose }: { onClose(): void }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const [form] = Form.useForm<{ code: string }>();
  const [codes, setCodes] = useState<string[] | null>(null);
  // asked once: looking at the phone and coming back must not make another key
  const begin = useQuery({
    queryKey: ['totp key'],
    queryFn: () => ask('POST /api/me/totp'),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const confirm = useChange(({ code }: { code: string }) => ask('PUT /api/me/totp', { body: { code: code.trim() } }), {
    form,
    onDone: ({ recoveryCodes }) => setCodes(recoveryCodes),
  });
  // the session has another token and another csrf now: the page is entered anew
  if (codes !== null) {
    return (
      <Modal
        open
        closable={false}
        title={t('totp.codesTitle')}
        footer={
          <Button type="primary" onClick={() => location.reload()}>
            {t('totp.codesKept')}
          </Button>
        }
      >
        <p>{t('totp.codesHint')}</p>
        <div className="settings-once settings-codes" data-testid="recovery">
          {codes.map((code) => (
            <span key={code}>{code}</span>
          ))}
        </div>
      </Modal>
    );
  }
  return (
    <Modal
      open
      title={t('totp.enrol')}
      okText={t('totp.confirm')}
      cancelText={t('common.cancel')}
      confirmLoading={confirm.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Loaded query={begin}>
        {({ secret, uri }) => (
          <Form form={form} layout="vertical" onFinish={(fields) => confirm.mutate(fields)}>
            <p>{t('totp.scan')}</p>
            <div className="settings-row">
              <QRCode type="svg" value={uri} size={168} color="#000" bgColor="#fff" aria-label={t('totp.qr')} />
              <div style={{ flex: 1 }}>
                <p className="quiet-text">{t('totp.key')}</p>
                <p className="settings-once" data-testid="totp-key">
                  {inFours(secret)}
                </p>
                <p>
                  <a href={uri}>{t('totp.open')}</a>
                </p>
              </div>
            </div>
            <Form.Item name="code" label={t('totp.code')} rules={[{ required: true, message: t('settings.required') }]}>
              <Input inputMode="numeric" autoComplete="one-time-code" maxLength={7} autoFocus />
            </Form.Item>
          </Form>
        )}
      </Loaded>
    </Modal>
  );
}

function Disable({ onClose }: { onClose(): void }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const [form] = Form.useForm<{ code: string }>();
  const remove = useChange(
    ({ code }: { code: string }) => ask('POST /api/me/totp/remove', { body: { code: code.trim() } }),
    { form, done: t('totp.off'), onDone: onClose },
  );
  return (
    <Modal
      open
      title={t('totp.disable')}
      okText={t('totp.disable')}
      okButtonProps={{ danger: true }}
      cancelText={t('common.cancel')}
      confirmLoading={remove.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" onFinish={(fields) => remove.mutate(fields)}>
        <Form.Item name="code" label={t('totp.anyCode')} rules={[{ required: true, message: t('settings.required') }]}>
          <Input autoComplete="one-time-code" maxLength={40} autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function Second({ of }: { of: Security }) {
  const { t } = useSpeech();
  // what is open stays open when the state changes under it: the recovery codes are still to be read
  const [open, setOpen] = useState<'enrol' | 'disable' | null>(null);
  const close = () => setOpen(null);
  return (
    <Panel title={t('totp.title')} hint={t('totp.hint')}>
      <div className="settings-row">
        <State kind={of.hasSecondFactor ? 'good' : 'plain'}>
          {of.hasSecondFactor ? t('totp.on') : t('totp.notOn')}
        </State>
        {of.hasSecondFactor && <span className="quiet-text">{t('totp.left', { n: of.recoveryLeft })}</span>}
        <Button danger={of.hasSecondFactor} onClick={() => setOpen(of.hasSecondFactor ? 'disable' : 'enrol')}>
          {of.hasSecondFactor ? t('totp.disable') : t('totp.enrol')}
        </Button>
      </div>
      {open === 'disable' && <Disable onClose={close} />}
      {open === 'enrol' && <Enrol onClose={close} />}
    </Panel>
  );
}

function Devices({ sessions }: { sessions: Security['sessions'] }) {
  const { t, language } = useSpeech();
  const { ask } = useSignedIn();
  const { message } = App.useApp();
  const told = (n: number) => void message.success(t('security.ended', { n }));
  const others = useChange(() => ask('DELETE /api/me/sessions'), { onDone: ({ ended }) => told(ended) });
  const one = useChange((id: string) => ask('DELETE /api/me/sessions/:id', { params: { id } }), {
    onDone: ({ ended }) => told(ended),
  });
  const all = (
    <Button disabled={sessions.length < 2} loading={others.isPending} onClick={() => others.mutate(undefined)}>
      {t('security.endOthers')}
    </Button>
  );
  return (
    <Panel title={t('security.devices')} hint={t('security.devicesHint')} actions={all}>
      <Table
        rowKey="id"
        size="small"
        pagination={false}
        dataSource={sessions}
        columns={[
          {
            title: t('security.device'),
            key: 'device',
            render: (_, { device, isThis }) => (
              <>
                {deviceWord(device) || t('security.unknownDevice')}{' '}
                {isThis && <State kind="good">{t('security.this')}</State>}
              </>
            ),
          },
          {
            title: t('security.since'),
            key: 'since',
            render: (_, { createdAt }) => moment(createdAt, language, Date.now()),
          },
          { title: t('people.seen'), key: 'seen', render: (_, { seenAt }) => moment(seenAt, language, Date.now()) },
          {
            title: t('settings.acts'),
            key: 'acts',
            render: (_, { id, device, isThis }) =>
              !isThis && (
                <RowAct of={deviceWord(device)} onClick={() => one.mutate(id)}>
                  {t('security.end')}
                </RowAct>
              ),
          },
        ]}
      />
    </Panel>
  );
}

export function SecurityPage() {
  const security = useData('GET /api/me/security');
  return (
    <Loaded query={security}>
      {(of) => (
        <>
          <Password hasPassword={of.hasPassword} />
          <Second of={of} />
          <Devices sessions={of.sessions} />
        </>
      )}
    </Loaded>
  );
}
