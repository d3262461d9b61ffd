// Colleagues: who works here, with which role, in which teams, and how they get in.
import { App, Button, Drawer, Form, Input, InputNumber, Modal, Select, Table } from 'antd';
import { useState } from 'react';
import type { Reply } from '../routes.ts';
import { moment } from '../time.ts';
import { Loaded, Panel, RowAct, State, useChange, useCopy, useData, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

type Person = Reply<'GET /api/staff/people'>['items'][number];
type Fields = Pick<Person, 'login' | 'name' | 'role' | 'teams' | 'skills' | 'languages' | 'capacity'>;

const ROLES = ['agent', 'supervisor', 'editor', 'admin'] as const;
const NEW: Fields = { login: '', name: '', role: 'agent', teams: [], skills: [], languages: ['zh'], capacity: 6 };

/** Shown once, with what it is for. */
function LinkOnce({ link, onClose }: { link: { name: string; url: string; hours: number }; onClose(): void }) {
  const { t } = useSpeech();
  const copy = useCopy();
  return (
    <Modal
      open
      title={t('people.linkFor', { name: link.name })}
      okText={t('settings.copy')}
      cancelText={t('common.close')}
      onOk={() => copy(link.url)}
      onCancel={onClose}
    >
      <p>{t('people.linkHint', { hours: link.hours })}</p>
      <p className="settings-once" data-testid="link">
        {link.url}
      </p>
    </Modal>
  );
}

function PersonForm({ of, onClose, onLink }: { of: Person | null; onClose(): void; onLink(link: Link): void }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const teams = useData('GET /api/teams');
  const [form] = Form.useForm<Fields>();
  const save = useChange(
    async (fields: Fields): Promise<Link | null> => {
      const { login, ...settings } = fields;
      if (of !== null) {
        await ask('PUT /api/staff/:id', { params: { id: of.id }, body: settings });
        return null;
      }
      const { person, link } = await ask('POST /api/staff', { body: { login: login.trim(), ...settings } });
      return { name: person.name, ...link };
    },
    {
      form,
      ...(of === null ? {} : { done: t('settings.saved') }),
      onDone(link) {
        onClose();
        if (link !== null) onLink(link);
      },
    },
  );
  const need = [{ required: true, whitespace: true, message: t('settings.required') }];
  const footer = (
    <div className="settings-row">
      <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
        {of === null ? t('people.add') : t('settings.save')}
      </Button>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
    </div>
  );
  return (
    <Drawer
      open
      size={460}
      title={of === null ? t('people.new') : t('people.edit', { name: of.name })}
      onClose={onClose}
      footer={footer}
    >
      <Form form={form} layout="vertical" initialValues={of ?? NEW} onFinish={(fields) => save.mutate(fields)}>
        <Form.Item name="login" label={t('people.login')} rules={of === null ? need : []} extra={t('people.loginHint')}>
          <Input autoComplete="off" disabled={of !== null} autoFocus={of === null} />
        </Form.Item>
        <Form.Item name="name" label={t('people.name')} rules={need} extra={t('people.nameHint')}>
          <Input autoComplete="off" maxLength={40} />
        </Form.Item>
        <Form.Item name="role" label={t('people.role')}>
          <Select
            options={ROLES.map((role) => ({ value: role, label: `${t(`role.${role}`)} · ${t(`roleHint.${role}`)}` }))}
          />
        </Form.Item>
        <Form.Item name="teams" label={t('people.teams')} extra={t('people.teamsHint')}>
          <Select
            mode="multiple"
            options={(teams.data?.items ?? []).map(({ name, label }) => ({ value: name, label }))}
          />
        </Form.Item>
        <Form.Item name="skills" label={t('people.skills')} extra={t('people.skillsHint')}>
          <Select mode="tags" open={false} suffixIcon={null} />
        </Form.Item>
        <Form.Item name="languages" label={t('people.languages')}>
          <Select
            mode="multiple"
            options={[
              { value: 'zh', label: t('language.zh') },
              { value: 'en', label: t('language.en') },
            ]}
          />
        </Form.Item>
        <Form.Item name="capacity" label={t('people.capacity')} extra={t('people.capacityHint')}>
          <InputNumber min={0} max={100} precision={0} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}

interface Link {
  name: string;
  url: string;
  hours: number;
}

function Acts({ person, onEdit, onLink }: { person: Person; onEdit(): void; onLink(link: Link): void }) {
  const { t } = useSpeech();
  const { session, ask } = useSignedIn();
  const { modal, message } = App.useApp();
  const params = { id: person.id };
  const reset = useChange(() => ask('POST /api/staff/:id/link', { params }), {
    onDone: (link) => onLink({ name: person.name, ...link }),
  });
  const leave = useChange(() => ask('POST /api/staff/:id/deactivate', { params }), {
    onDone: ({ released }) => void message.success(t('people.deactivated', { name: person.name, n: released })),
  });
  const back = useChange(() => ask('POST /api/staff/:id/activate', { params }), { done: t('people.activated') });
  const unlock = useChange(() => ask('DELETE /api/staff/:id/totp', { params }), { done: t('people.totpRemoved') });
  const sure = (title: string, content: string, run: () => void) =>
    modal.confirm({ title, content, okText: t('settings.goOn'), cancelText: t('common.cancel'), onOk: run });
  // two people may have one name
  const row = `${person.name} ${person.login}`;
  const self = person.id === session.user.id;
  if (!person.isActive)
    return (
      <RowAct of={row} loading={back.isPending} onClick={() => back.mutate(undefined)}>
        {t('people.activate')}
      </RowAct>
    );
  return (
    <div className="settings-row">
      <RowAct of={row} onClick={onEdit}>
        {t('settings.edit')}
      </RowAct>
      {!self && (
        <>
          <RowAct
            of={row}
            loading={reset.isPending}
            onClick={() =>
              sure(t('people.resetTitle', { name: person.name }), t('people.resetWhy'), () => reset.mutate(undefined))
            }
          >
            {t('people.reset')}
          </RowAct>
          {person.hasSecondFactor && (
            <RowAct
              of={row}
              loading={unlock.isPending}
              onClick={() =>
                sure(t('people.totpTitle', { name: person.name }), t('people.totpWhy'), () => unlock.mutate(undefined))
              }
            >
              {t('people.totpRemove')}
            </RowAct>
          )}
          <RowAct
            of={row}
            danger
            loading={leave.isPending}
            onClick={() =>
              sure(t('people.leaveTitle', { name: person.name }), t('people.leaveWhy'), () => leave.mutate(undefined))
            }
          >
            {t('people.deactivate')}
          </RowAct>
        </>
      )}
    </div>
  );
}

export function PeoplePage() {
  const { t, language } = useSpeech();
  const people = useData('GET /api/staff/people');
  const teams = useData('GET /api/teams');
  const [editing, setEditing] = useState<Person | 'new' | null>(null);
  const [link, setLink] = useState<Link | null>(null);
  const labelOf = (name: string) => teams.data?.items.find((team) => team.name === name)?.label ?? name;
  const add = (
    <Button type="primary" onClick={() => setEditing('new')}>
      {t('people.new')}
    </Button>
  );
  return (
    <Panel title={t('settings.people')} hint={t('people.hint')} actions={add}>
      <Loaded query={people}>
        {({ items }) => (
          <Table<Person>
            rowKey="id"
            size="small"
            pagination={items.length > 50 ? { pageSize: 50 } : false}
            scroll={{ x: 'max-content' }}
            dataSource={items}
            columns={[
              {
                title: t('people.name'),
                key: 'name',
                render: (_, p) => (
                  <>
                    {p.name} <span className="quiet-text">{p.login}</span>
                  </>
                ),
              },
              { title: t('people.role'), key: 'role', render: (_, p) => t(`role.${p.role}`) },
              {
                title: t('people.teams'),
                key: 'teams',
                render: (_, p) => (p.teams.length === 0 ? t('people.allTeams') : p.teams.map(labelOf).join('、')),
              },
              { title: t('people.capacity'), dataIndex: 'capacity', align: 'right' },
              {
                title: t('people.signIn'),
                key: 'signIn',
                render: (_, p) => (
                  <>
                    <State kind="plain">
                      {p.isActive ? (p.hasPassword ? t('people.byPassword') : t('people.byLink')) : t('people.left')}
                    </State>
                    {p.hasSecondFactor && <State kind="good">{t('people.totp')}</State>}
                  </>
                ),
              },
              {
                title: t('people.seen'),
                key: 'seen',
                render: (_, p) => (p.lastSeenAt === null ? '—' : moment(p.lastSeenAt, language, Date.now())),
              },
              {
                title: t('settings.acts'),
                key: 'acts',
                render: (_, p) => <Acts person={p} onEdit={() => setEditing(p)} onLink={setLink} />,
              },
            ]}
          />
        )}
      </Loaded>
      {editing !== null && (
        <PersonForm of={editing === 'new' ? null : editing} onClose={() => setEditing(null)} onLink={setLink} />
      )}
      {link !== null && <LinkOnce link={link} onClose={() => setLink(null)} />}
    </Panel>
  );
}
