// Another secret for a channel account: made by the server, or typed in as the platform's console shows it.
import { App, Form, Modal } from 'antd';
import { useState } from 'react';
import { useChannelName } from '../staff/channel-names.ts';
import { type Account, FieldItem, type Kind, type Made, secretsOf } from './account-form.tsx';
import { RowAct, useChange, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

interface RotationProps {
  of: Account;
  kind: Kind;
  onSecret(made: Made): void;
}

export function Rotation({ of, kind, onSecret }: RotationProps) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const { modal } = App.useApp();
  const row = `${useChannelName()(of.kind)} ${of.name}`;
  const [form] = Form.useForm<Record<string, unknown>>();
  const [isOpen, setOpen] = useState(false);
  const { makes = false, fields = [], overlaps = false } = kind.rotation ?? {};
  const asked = kind.fields.filter(({ name }) => fields.includes(name));
  const rotate = useChange(
    (secrets: Record<string, string>) =>
      ask('POST /api/accounts/:id/rotate', { params: { id: of.id }, body: { secrets } }),
    {
      form,
      done: t('settings.saved'),
      onDone({ account, secret }) {
        setOpen(false);
        if (secret !== null) onSecret({ account, secret });
      },
    },
  );
  const why = [
    makes ? t('channels.rotateMakes') : t('channels.rotateGiven'),
    overlaps ? t('channels.rotateOverlaps') : t('channels.rotateAtOnce'),
  ].join('');
  const title = t('channels.rotateTitle', { name: of.name });
  const sure = () =>
    modal.confirm({
      title,
      content: why,
      okText: t('settings.goOn'),
      cancelText: t('common.cancel'),
      onOk: () => rotate.mutate({}),
    });
  return (
    <>
      <RowAct of={row} loading={rotate.isPending} onClick={() => (asked.length === 0 ? sure() : setOpen(true))}>
        {t('channels.rotate')}
      </RowAct>
      <Modal
        open={isOpen}
        destroyOnHidden
        title={title}
        okText={t('settings.goOn')}
        cancelText={t('common.cancel')}
        confirmLoading={rotate.isPending}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <p>{why}</p>
        <Form
          form={form}
          layout="vertical"
          preserve={false}
          onFinish={(given) => rotate.mutate(secretsOf(asked, given))}
        >
          {asked.map((field) => (
            <FieldItem key={field.name} field={field} of={null} />
          ))}
        </Form>
      </Modal>
    </>
  );
}
