// The packs of rules with their sources, the shop's own forbidden words, and a box to try a text.
import { Alert, App, Button, Form, Input, Select, Table, Tabs } from 'antd';
import { useState } from 'react';
import type { ChannelKind } from '../../contract/conversation.ts';
import { wordFor } from '../language.tsx';
import type { Reply } from '../routes.ts';
import { useChannelKinds, useChannelName } from '../staff/channel-names.ts';
import { Loaded, Panel, RowAct, State, useChange, useData, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

type Packs = Reply<'GET /api/rule-packs'>;

function TryOut() {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const kinds = useChannelKinds();
  const channelName = useChannelName();
  const [text, setText] = useState('');
  const [channel, setChannel] = useState<ChannelKind>('web');
  const attempt = useChange(() => ask('POST /api/rule-packs/try', { body: { text, channel } }));
  const found = attempt.data;
  return (
    <Panel title={t('packs.try')} hint={t('packs.tryHint')}>
      <Input.TextArea
        aria-label={t('packs.text')}
        rows={3}
        maxLength={4_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="settings-row" style={{ margin: '10px 0' }}>
        <Select
          aria-label={t('rule.channel')}
          style={{ width: 130 }}
          value={channel}
          onChange={setChannel}
          options={kinds.map((kind) => ({ value: kind, label: channelName(kind) }))}
        />
        <Button disabled={text.trim() === ''} loading={attempt.isPending} onClick={() => attempt.mutate(undefined)}>
          {t('packs.check')}
        </Button>
      </div>
      <div aria-live="polite">
        {found && (
          <div className="settings-diff">
            <div>
              <h3>{t('packs.asReply')}</h3>
              {found.findings.length === 0 && <Alert type="success" showIcon title={t('packs.replyFine')} />}
              {[...new Map(found.findings.map((one) => [`${one.rule} ${one.evidence}`, one])).values()].map((one) => (
                <Alert
                  key={`${one.rule} ${one.evidence}`}
                  style={{ marginBottom: 6 }}
                  type="error"
                  title={
                    <>
                      {`「${one.evidence}」${one.why}`}
                      <p className="quiet-text">{one.source}</p>
                    </>
                  }
                />
              ))}
            </div>
            <div>
              <h3>{t('packs.asMessage')}</h3>
              {found.risks.length === 0 && <Alert type="success" showIcon title={t('packs.messageFine')} />}
              {found.risks.map((one) => (
                <Alert
                  key={one.rule}
                  style={{ marginBottom: 6 }}
                  type={one.level === 'R0' || one.level === 'R1' ? 'error' : 'warning'}
                  title={`${wordFor(t, 'risk', one.level)} · ${one.rule}：「${one.evidence}」${one.isHint ? t('packs.hintOnly') : ''}`}
                />
              ))}
            </div>
          </div>
        )}
      </div>
    </Panel>
  );
}

function Words({ words }: { words: Packs['words'] }) {
  const mayChange = useSignedIn().session.user.role === 'admin';
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const { modal } = App.useApp();
  const [form] = Form.useForm<{ word: string; why: string }>();
  const add = useChange((body: { word: string; why: string }) => ask('POST /api/words', { body }), {
    form,
    done: t('settings.saved'),
    onDone: () => form.resetFields(),
  });
  const remove = useChange((id: string) => ask('DELETE /api/words/:id', { params: { id } }), {
    done: t('settings.removed'),
  });
  const sure = (word: Packs['words'][number]) =>
    modal.confirm({
      title: t('packs.removeTitle', { word: word.word }),
      okText: t('settings.goOn'),
      cancelText: t('common.cancel'),
      onOk: () => remove.mutate(word.id),
    });
  const need = [{ required: true, whitespace: true, message: t('settings.required') }];
  return (
    <Panel title={t('packs.words')} hint={t('packs.wordsHint')}>
      {mayChange && (
        <Form
          form={form}
          layout="inline"
          requiredMark={false}
          onFinish={(fields) => add.mutate(fields)}
          style={{ marginBottom: 12 }}
        >
          <Form.Item name="word" label={t('packs.word')} rules={need}>
            <Input maxLength={40} autoComplete="off" />
          </Form.Item>
          <Form.Item name="why" label={t('packs.why')} rules={need}>
            <Input maxLength={200} autoComplete="off" style={{ width: 320 }} />
          </Form.Item>
          <Button htmlType="submit" loading={add.isPending}>
            {t('packs.addWord')}
          </Button>
        </Form>
      )}
      <Table
        rowKey="id"
        size="small"
        pagination={false}
        dataSource={words}
        locale={{ emptyText: t('packs.noWords') }}
        columns={[
          { title: t('packs.word'), dataIndex: 'word', width: 180 },
          { title: t('packs.why'), dataIndex: 'why' },
          {
            title: t('settings.acts'),
            key: 'acts',
            width: 100,
            render: (_, word) =>
              mayChange && (
                <RowAct of={word.word} onClick={() => sure(word)}>
                  {t('settings.remove')}
                </RowAct>
              ),
          },
        ]}
      />
    </Panel>
  );
}

function Tables({ packs }: { packs: Packs }) {
  const channelName = useChannelName();
  const { t } = useSpeech();
  const outgoing = (
    <Table
      rowKey={(one) => `${one.pack} ${one.rule}`}
      size="small"
      pagination={{ pageSize: 12, showSizeChanger: false }}
      dataSource={packs.outgoing}
      columns={[
        { title: t('packs.pack'), key: 'pack', width: 110, render: (_, one) => wordFor(t, 'pack', one.pack) },
        { title: t('packs.rule'), dataIndex: 'rule', width: 170 },
        { title: t('packs.why'), dataIndex: 'why' },
        { title: t('packs.source'), dataIndex: 'source' },
      ]}
    />
  );
  const risks = (
    <Table
      rowKey="name"
      size="small"
      pagination={{ pageSize: 12, showSizeChanger: false }}
      dataSource={packs.risks}
      columns={[
        {
          title: t('rule.risk'),
          key: 'level',
          width: 110,
          render: (_, one) => <State kind="plain">{wordFor(t, 'risk', one.level)}</State>,
        },
        { title: t('packs.rule'), dataIndex: 'name', width: 220 },
        { title: t('packs.kind'), key: 'kind', width: 120, render: (_, one) => wordFor(t, 'riskKind', one.kind) },
        {
          title: t('rule.channel'),
          key: 'channels',
          width: 130,
          render: (_, one) =>
            one.channels.length === 0 ? t('packs.allChannels') : one.channels.map(channelName).join('、'),
        },
        { title: t('packs.patterns'), dataIndex: 'patterns', align: 'right', width: 90 },
        { title: t('packs.source'), key: 'why', render: (_, one) => one.why ?? '—' },
      ]}
    />
  );
  return (
    <Panel title={t('packs.tables')} hint={t('packs.tablesHint')}>
      <Tabs
        items={[
          { key: 'outgoing', label: t('packs.outgoing', { n: packs.outgoing.length }), children: outgoing },
          { key: 'risks', label: t('packs.risks', { n: packs.risks.length }), children: risks },
        ]}
      />
    </Panel>
  );
}

export function PacksPage() {
  const packs = useData('GET /api/rule-packs');
  return (
    <Loaded query={packs}>
      {(of) => (
        <>
          <TryOut />
          <Words words={of.words} />
          <Tables packs={of} />
        </>
      )}
    </Loaded>
  );
}
