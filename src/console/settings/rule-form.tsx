// One routing rule: when it holds, and where the case goes then.
import { Button, Drawer, Form, Input, InputNumber, Select } from 'antd';
import type { RouteRule, RouteWhen } from '../../contract/routing.ts';
import type { TeamView } from '../../contract/team.ts';
import { FLAGS, LISTS, useConditions } from './rule-words.ts';
import { useSpeech } from './speech.ts';

type Flag = 'any' | 'yes' | 'no';
interface Fields extends Record<(typeof LISTS)[number], string[]>, Record<(typeof FLAGS)[number], Flag> {
  name: string;
  team: string;
  priority: number;
  skills: string[];
  intent: string[];
}

function toFields({ name, team, priority, skills, when }: RouteRule): Fields {
  const lists = Object.fromEntries(LISTS.map((field) => [field, when[field] ?? []]));
  const flags = Object.fromEntries(
    FLAGS.map((field) => [field, when[field] === undefined ? 'any' : when[field] ? 'yes' : 'no']),
  );
  return { name, team, priority, skills, intent: when.intent ?? [], ...lists, ...flags } as Fields;
}

/** The server checks every value again. */
function toRule(fields: Fields): RouteRule {
  const when: Record<string, unknown> = {};
  for (const field of [...LISTS, 'intent'] as const) if (fields[field].length > 0) when[field] = fields[field];
  for (const field of FLAGS) if (fields[field] !== 'any') when[field] = fields[field] === 'yes';
  const { team, priority, skills } = fields;
  return { name: fields.name.trim(), when: when as RouteWhen, team, priority, skills };
}

interface RuleFormProps {
  rule: RouteRule;
  teams: readonly TeamView[];
  onDone(rule: RouteRule): void;
  onClose(): void;
}

export function RuleForm({ rule, teams, onDone, onClose }: RuleFormProps) {
  const { t } = useSpeech();
  const { values, valueWord } = useConditions();
  const [form] = Form.useForm<Fields>();
  const footer = (
    <div className="settings-row">
      <Button type="primary" onClick={() => form.submit()}>
        {t('rules.ok')}
      </Button>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
    </div>
  );
  const flags = [
    { value: 'any', label: t('rule.any') },
    { value: 'yes', label: t('rule.yes') },
    { value: 'no', label: t('rule.no') },
  ];
  return (
    <Drawer open size={480} title={rule.name === '' ? t('rules.new') : rule.name} onClose={onClose} footer={footer}>
      <Form form={form} layout="vertical" initialValues={toFields(rule)} onFinish={(fields) => onDone(toRule(fields))}>
        <Form.Item
          name="name"
          label={t('rules.name')}
          rules={[{ required: true, whitespace: true, message: t('settings.required') }]}
        >
          <Input maxLength={60} />
        </Form.Item>
        <h3>{t('rules.when')}</h3>
        <p className="quiet-text">{t('rules.whenHint')}</p>
        {LISTS.map((field) => (
          <Form.Item key={field} name={field} label={t(`rule.${field}`)}>
            <Select
              mode="multiple"
              placeholder={t('rule.any')}
              options={values[field].map((value) => ({ value, label: valueWord(field, value) }))}
            />
          </Form.Item>
        ))}
        <Form.Item name="intent" label={t('rule.intent')} extra={t('rules.intentHint')}>
          <Select mode="tags" open={false} suffixIcon={null} placeholder={t('rule.any')} />
        </Form.Item>
        <div className="settings-grid">
          {FLAGS.map((field) => (
            <Form.Item key={field} name={field} label={t(`rule.${field}`)}>
              <Select options={flags} />
            </Form.Item>
          ))}
        </div>
        <h3>{t('rules.then')}</h3>
        <Form.Item name="team" label={t('rules.team')}>
          <Select
            options={[
              ...teams.map(({ name, label }) => ({ value: name, label })),
              { value: 'intent', label: t('rules.byIntent') },
            ]}
          />
        </Form.Item>
        <Form.Item name="priority" label={t('rules.priority')} extra={t('rules.priorityHint')}>
          <InputNumber min={0} max={3} precision={0} />
        </Form.Item>
        <Form.Item name="skills" label={t('people.skills')} extra={t('rules.skillsHint')}>
          <Select mode="tags" open={false} suffixIcon={null} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}
