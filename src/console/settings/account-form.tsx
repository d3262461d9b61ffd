// The form of a channel account, drawn from what its kind asks for: it knows no kind by name.
import { Button, Drawer, Form, Input, Select, Switch } from 'antd';
import { wordFor } from '../language.tsx';
import type { Reply } from '../routes.ts';
import { useChange, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

type Accounts = Reply<'GET /api/accounts'>;
export type Account = Accounts['items'][number];
export type Kind = Accounts['kinds'][number];
export type KindField = Kind['fields'][number];

/** An account with the secret that was made for it, to be shown this once. */
export interface Made {
  account: Account;
  secret: string;
}

/** Those of the kind stand beside these by their own names. */
interface Fields extends Record<string, unknown> {
  kind: string;
  name: string;
  isOn: boolean;
}

const typed = (fields: Record<string, unknown>, { name }: KindField): string => String(fields[name] ?? '').trim();

/** What was left empty is left out, unless that empties what was there. */
const settingsOf = (kind: Kind, fields: Fields, of: Account | null): Record<string, string> =>
  Object.fromEntries(
    kind.fields
      .filter((field) => !field.isSecret && (typed(fields, field) !== '' || of?.settings[field.name]))
      .map((field) => [field.name, typed(fields, field)]),
  );

/** Of the secrets among these fields, those that were filled in. */
export const secretsOf = (asked: readonly KindField[], fields: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    asked
      .filter((field) => field.isSecret && typed(fields, field) !== '')
      .map((field) => [field.name, typed(fields, field)]),
  );

/** One field: a secret, a choice or a text. */
export function FieldItem({ field, of }: { field: KindField; of: Account | null }) {
  const { t, language } = useSpeech();
  const said = (words: { zh: string; en: string }) => (language === 'en' ? words.en : words.zh);
  const { name, hint, isSecret, options } = field;
  const kept = of?.secretNames.includes(name) ? t('channels.kept') : '';
  return (
    <Form.Item
      name={name}
      label={said(field.label)}
      extra={hint === null ? undefined : said(hint)}
      initialValue={isSecret ? undefined : (of?.settings[name] ?? field.fallback)}
    >
      {isSecret ? (
        <Input.Password autoComplete="off" placeholder={kept} />
      ) : options !== null ? (
        <Select options={options.map((value) => ({ value, label: wordFor(t, `option.${name}`, value) }))} />
      ) : (
        <Input autoComplete="off" />
      )}
    </Form.Item>
  );
}

interface FormProps {
  /** Null: a new one. */
  of: Account | null;
  kinds: readonly Kind[];
  onClose(): void;
  onSecret(made: Made): void;
}

export function AccountForm({ of, kinds, onClose, onSecret }: FormProps) {
  const { t, language } = useSpeech();
  const { ask } = useSignedIn();
  const [form] = Form.useForm<Fields>();
  const chosen = Form.useWatch('kind', form) ?? of?.kind;
  const kind = kinds.find((one) => one.kind === chosen) ?? kinds[0];
  const save = useChange(
    async (fields: Fields): Promise<Made | null> => {
      if (kind === undefined) return null;
      const settings = settingsOf(kind, fields, of);
      const secrets = secretsOf(kind.fields, fields);
      if (of !== null) {
        await ask('PUT /api/accounts/:id', { params: { id: of.id }, body: { settings, secrets, isOff: !fields.isOn } });
        return null;
      }
      const { account, secret } = await ask('POST /api/accounts', {
        body: { kind: kind.kind, name: fields.name.trim(), settings, secrets },
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
  const initial: Fields =
    of === null
      ? { kind: kinds[0]?.kind ?? '', name: '', isOn: true }
      : { kind: of.kind, name: of.name, isOn: of.isOn || of.problem !== null };
  const footer = (
    <div className="settings-row">
      <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
        {of === null ? t('channels.add') : t('settings.save')}
      </Button>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
    </div>
  );
  const title = of === null ? t('channels.new') : t('people.edit', { name: of.name });
  return (
    <Drawer open size={480} title={title} onClose={onClose} footer={footer}>
      <Form
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={initial}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item name="kind" label={t('channels.kind')}>
          <Select
            disabled={of !== null}
            options={kinds.map(({ kind: value, label }) => ({ value, label: language === 'en' ? label.en : label.zh }))}
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
        {kind?.fields
          .filter(({ options }) => options?.length !== 1)
          .map((field) => (
            <FieldItem key={`${kind.kind} ${field.name}`} field={field} of={of} />
          ))}
      </Form>
    </Drawer>
  );
}
