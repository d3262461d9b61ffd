// Teams and when their people are there.
import { App, Button, Drawer, Form, Input, InputNumber, Radio, Select, Table } from 'antd';
import { useState } from 'react';
import type { Hours, TeamView } from '../../contract/team.ts';
import { readDays, readShifts, readSpecial, showShifts, showSpecial } from './hours-text.ts';
import { Loaded, Panel, RowAct, useChange, useData, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

const DAYS = ['1', '2', '3', '4', '5', '6', '7'] as const;
const BASIC = ['presale', 'insale', 'aftersale', 'complaint'];

interface Fields {
  name: string;
  label: string;
  mode: TeamView['mode'];
  offerSeconds: number;
  overflow: string;
  own: boolean;
  days: Record<string, string>;
  closed: string;
  special: string;
}

function toFields(team: TeamView | null): Fields {
  const hours = team?.hours ?? null;
  const usual = '09:00-18:00';
  return {
    name: team?.name ?? '',
    label: team?.label ?? '',
    mode: team?.mode ?? 'pull',
    offerSeconds: team?.offerSeconds ?? 30,
    overflow: team?.overflow ?? '',
    own: hours !== null,
    days: Object.fromEntries(DAYS.map((day) => [day, hours === null ? usual : showShifts(hours.days[day])])),
    closed: (hours?.closed ?? []).join('\n'),
    special: showSpecial(hours?.special ?? {}),
  };
}

/** The fields have been checked by the form. */
function toHours({ own, days, closed, special }: Fields): Hours | null {
  if (!own) return null;
  const shifts = DAYS.map((day) => [day, readShifts(days[day] ?? '') ?? []] as const);
  return {
    days: Object.fromEntries(shifts.filter(([, list]) => list.length > 0)),
    closed: readDays(closed) ?? [],
    special: readSpecial(special) ?? {},
  };
}

function HoursFields() {
  const { t } = useSpeech();
  const fits = (read: (text: string) => unknown) => [
    {
      validator: (_: unknown, text: string | undefined) =>
        read(text ?? '') === null ? Promise.reject(new Error(t('teams.hoursWrong'))) : Promise.resolve(),
    },
  ];
  return (
    <>
      <p className="quiet-text" style={{ marginBottom: 8 }}>
        {t('teams.hoursHint')}
      </p>
      <div className="settings-hours">
        {DAYS.map((day) => (
          <Form.Item key={day} name={['days', day]} label={t(`weekday.${day}`)} rules={fits(readShifts)}>
            <Input placeholder={t('teams.noShift')} />
          </Form.Item>
        ))}
      </div>
      <Form.Item name="closed" label={t('teams.closed')} extra={t('teams.closedHint')} rules={fits(readDays)}>
        <Input.TextArea rows={3} placeholder="2027-02-17" />
      </Form.Item>
      <Form.Item name="special" label={t('teams.special')} extra={t('teams.specialHint')} rules={fits(readSpecial)}>
        <Input.TextArea rows={3} placeholder="2027-02-14 10:00-16:00" />
      </Form.Item>
    </>
  );
}

function TeamForm({ of, teams, onClose }: { of: TeamView | null; teams: readonly TeamView[]; onClose(): void }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const [form] = Form.useForm<Fields>();
  const own = Form.useWatch('own', form);
  const mode = Form.useWatch('mode', form);
  const save = useChange(
    (fields: Fields) => {
      const { name, label, offerSeconds, overflow } = fields;
      const body = {
        label: label.trim(),
        mode: fields.mode,
        offerSeconds,
        overflow: overflow === '' ? null : overflow,
        hours: toHours(fields),
      };
      return ask('PUT /api/teams/:name', { params: { name: name.trim() }, body });
    },
    { form, done: t('settings.saved'), onDone: onClose },
  );
  const others = teams.filter((team) => team.name !== of?.name);
  const footer = (
    <div className="settings-row">
      <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
        {t('settings.save')}
      </Button>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
    </div>
  );
  const isFree = { validator: (_: unknown, name: string) => checkName(name) };
  const checkName = async (name: string) => {
    if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(name)) throw new Error(t('teams.nameWrong'));
    if (others.some((team) => team.name === name)) throw new Error(t('teams.nameTaken'));
  };
  return (
    <Drawer
      open
      size={480}
      title={of === null ? t('teams.new') : t('people.edit', { name: of.label })}
      onClose={onClose}
      footer={footer}
    >
      <Form form={form} layout="vertical" initialValues={toFields(of)} onFinish={(fields) => save.mutate(fields)}>
        <Form.Item
          name="label"
          label={t('teams.label')}
          rules={[{ required: true, whitespace: true, message: t('settings.required') }]}
        >
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="name" label={t('teams.name')} extra={t('teams.nameHint')} rules={[isFree]}>
          <Input disabled={of !== null} />
        </Form.Item>
        <Form.Item name="mode" label={t('teams.mode')}>
          <Radio.Group
            options={[
              { value: 'pull', label: t('teams.pull') },
              { value: 'offer', label: t('teams.offer') },
            ]}
          />
        </Form.Item>
        <Form.Item name="offerSeconds" label={t('teams.offerSeconds')} hidden={mode !== 'offer'}>
          <InputNumber min={5} max={600} precision={0} />
        </Form.Item>
        <Form.Item name="overflow" label={t('teams.overflow')} extra={t('teams.overflowHint')}>
          <Select
            options={[
              { value: '', label: t('teams.noOverflow') },
              ...others.map(({ name, label }) => ({ value: name, label })),
            ]}
          />
        </Form.Item>
        <Form.Item name="own" label={t('teams.hours')}>
          <Radio.Group
            options={[
              { value: false, label: t('teams.shopHours') },
              { value: true, label: t('teams.ownHours') },
            ]}
          />
        </Form.Item>
        {own && <HoursFields />}
      </Form>
    </Drawer>
  );
}

/** A week in one line: days with the same shifts stand together. */
function useWeek(): (hours: Hours | null) => string {
  const { t } = useSpeech();
  return (hours) => {
    if (hours === null) return t('teams.shopHours');
    const groups: { days: string[]; shifts: string }[] = [];
    for (const day of DAYS) {
      const shifts = showShifts(hours.days[day]) || t('teams.noShift');
      const last = groups.at(-1);
      if (last?.shifts === shifts) last.days.push(day);
      else groups.push({ days: [day], shifts });
    }
    const named = (days: string[]) => {
      const word = (day: string) => t(`weekday.${day as (typeof DAYS)[number]}`);
      return days.length === 1 ? word(days[0]!) : `${word(days[0]!)}–${word(days.at(-1)!)}`;
    };
    const week = groups.map(({ days, shifts }) => `${named(days)} ${shifts}`).join('；');
    const more = hours.closed.length + Object.keys(hours.special).length;
    return more === 0 ? week : `${week}；${t('teams.exceptions', { n: more })}`;
  };
}

function RemoveTeam({ team }: { team: TeamView }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const { modal } = App.useApp();
  const remove = useChange(() => ask('DELETE /api/teams/:name', { params: { name: team.name } }), {
    done: t('settings.removed'),
  });
  const sure = () =>
    modal.confirm({
      title: t('teams.removeTitle', { name: team.label }),
      content: t('teams.removeWhy'),
      okText: t('settings.goOn'),
      cancelText: t('common.cancel'),
      onOk: () => remove.mutate(undefined),
    });
  return (
    <RowAct of={team.label} danger loading={remove.isPending} onClick={sure}>
      {t('settings.remove')}
    </RowAct>
  );
}

export function TeamsPage() {
  const { t } = useSpeech();
  const teams = useData('GET /api/teams');
  const week = useWeek();
  const [editing, setEditing] = useState<TeamView | 'new' | null>(null);
  const add = (
    <Button type="primary" onClick={() => setEditing('new')}>
      {t('teams.new')}
    </Button>
  );
  return (
    <Panel title={t('settings.teams')} hint={t('teams.hint')} actions={add}>
      <Loaded query={teams}>
        {({ items }) => (
          <>
            <Table<TeamView>
              rowKey="name"
              size="small"
              pagination={false}
              dataSource={items}
              columns={[
                {
                  title: t('teams.label'),
                  key: 'label',
                  width: 170,
                  render: (_, team) => (
                    <>
                      {team.label} <span className="quiet-text">{team.name}</span>
                    </>
                  ),
                },
                {
                  title: t('teams.mode'),
                  key: 'mode',
                  width: 190,
                  render: (_, team) =>
                    team.mode === 'pull' ? t('teams.pull') : t('teams.offerFor', { n: team.offerSeconds }),
                },
                {
                  title: t('teams.overflow'),
                  key: 'overflow',
                  width: 110,
                  render: (_, team) => items.find(({ name }) => name === team.overflow)?.label ?? '—',
                },
                { title: t('teams.hours'), key: 'hours', render: (_, team) => week(team.hours) },
                {
                  title: t('settings.acts'),
                  key: 'acts',
                  width: 150,
                  render: (_, team) => (
                    <div className="settings-row">
                      <RowAct of={team.label} onClick={() => setEditing(team)}>
                        {t('settings.edit')}
                      </RowAct>
                      {!BASIC.includes(team.name) && <RemoveTeam team={team} />}
                    </div>
                  ),
                },
              ]}
            />
            {editing !== null && (
              <TeamForm of={editing === 'new' ? null : editing} teams={items} onClose={() => setEditing(null)} />
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}
