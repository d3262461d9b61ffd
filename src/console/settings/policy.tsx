// The operator's one number: how many of the answers may be wrong, and what it costs.
import { Button, Form, InputNumber, Table } from 'antd';
import type { Reply } from '../routes.ts';
import { moment } from '../time.ts';
import { Loaded, Panel, useChange, useData, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

type Policy = Reply<'GET /api/policy'>;
type Point = Policy['curve'][number];

const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
const [WIDTH, HEIGHT, LEFT, BOTTOM] = [560, 220, 48, 30];

/** Answered (upwards) against wrong (to the right): what every threshold would give. */
function Curve({ curve, chosen }: { curve: readonly Point[]; chosen: number }) {
  const { t } = useSpeech();
  const most = Math.max(0.01, ...curve.map((p) => p.wrong));
  const x = (wrong: number) => LEFT + (wrong / most) * (WIDTH - LEFT - 16);
  const y = (answered: number) => 12 + (1 - answered) * (HEIGHT - BOTTOM - 12);
  const points = [...curve].sort((a, b) => a.wrong - b.wrong || a.answered - b.answered);
  const near = points.find((p) => p.scoreMin === chosen);
  return (
    <svg className="settings-curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('policy.curveLabel')}>
      <path className="axis" d={`M${LEFT} 12V${HEIGHT - BOTTOM}H${WIDTH - 16}`} />
      <path
        className="line"
        d={points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.wrong)} ${y(p.answered)}`).join('')}
      />
      {points.map((p) => (
        <circle key={p.scoreMin} cx={x(p.wrong)} cy={y(p.answered)} r={p === near ? 6 : 3}>
          <title>
            {t('policy.point', { min: p.scoreMin, answered: percent(p.answered), wrong: percent(p.wrong) })}
          </title>
        </circle>
      ))}
      {[0, 0.5, 1].map((share) => (
        <text key={share} x={LEFT - 6} y={y(share) + 4} textAnchor="end">
          {percent(share).replace('.0', '')}
        </text>
      ))}
      {[0, 0.5, 1].map((share) => (
        <text key={share} x={x(most * share)} y={HEIGHT - 12} textAnchor="middle">
          {percent(most * share)}
        </text>
      ))}
    </svg>
  );
}

function Choose({ policy }: { policy: Policy }) {
  const { t, language } = useSpeech();
  const { ask } = useSignedIn();
  const [form] = Form.useForm<{ wrongAtMost: number }>();
  const percentNow = Form.useWatch('wrongAtMost', form) ?? policy.wrongAtMost * 100;
  const would = [...policy.curve]
    .sort((a, b) => a.scoreMin - b.scoreMin)
    .find((point) => point.wrong <= percentNow / 100);
  const isSame = Math.abs(percentNow / 100 - policy.wrongAtMost) < 0.0005;
  const save = useChange(
    (fields: { wrongAtMost: number }) => ask('PUT /api/policy', { body: { wrongAtMost: fields.wrongAtMost / 100 } }),
    { form, done: t('policy.saved') },
  );
  return (
    <>
      <Form
        form={form}
        layout="inline"
        requiredMark={false}
        initialValues={{ wrongAtMost: Number((policy.wrongAtMost * 100).toFixed(1)) }}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item
          name="wrongAtMost"
          label={t('policy.wrongAtMost')}
          rules={[{ required: true, message: t('settings.required') }]}
        >
          <InputNumber min={0.1} max={20} step={0.5} precision={1} suffix="%" style={{ width: 120 }} />
        </Form.Item>
        <Button htmlType="submit" type="primary" disabled={isSame} loading={save.isPending}>
          {t('policy.save')}
        </Button>
      </Form>
      <p aria-live="polite" style={{ marginTop: 10 }}>
        {would === undefined
          ? t('policy.impossible')
          : t(policy.basis === 'golden' ? 'policy.wouldGolden' : 'policy.would', {
              min: would.scoreMin,
              answered: percent(would.answered),
              wrong: percent(would.wrong),
            })}
      </p>
      <p className="quiet-text">
        {t('policy.now', { min: policy.answerMin, clarify: policy.clarifyMin, act: policy.actMin })}{' '}
        {policy.chosenBy === null
          ? t('policy.byFile')
          : t('policy.by', {
              name: policy.chosenBy.by ?? '—',
              at: moment(policy.chosenBy.at, language, Date.now()),
              id: policy.chosenBy.id,
            })}
      </p>
    </>
  );
}

export function PolicyPage() {
  const { t } = useSpeech();
  const policy = useData('GET /api/policy');
  return (
    <Panel title={t('settings.policy')} hint={t('policy.hint')}>
      <Loaded query={policy}>
        {(of) => (
          <>
            <Choose key={of.version} policy={of} />
            <h3>{t('policy.curve')}</h3>
            <p className="quiet-text">{t(of.basis === 'golden' ? 'policy.hintGolden' : 'policy.curveHint')}</p>
            {of.curve.length > 0 && <Curve curve={of.curve} chosen={of.answerMin} />}
            <Table<Point>
              rowKey="scoreMin"
              size="small"
              pagination={false}
              style={{ maxWidth: 560 }}
              dataSource={of.curve}
              columns={[
                { title: t('policy.min'), dataIndex: 'scoreMin' },
                { title: t('policy.answered'), key: 'answered', align: 'right', render: (_, p) => percent(p.answered) },
                {
                  title: t(of.basis === 'golden' ? 'policy.wrongOfAll' : 'policy.wrong'),
                  key: 'wrong',
                  align: 'right',
                  render: (_, p) => percent(p.wrong),
                },
              ]}
            />
          </>
        )}
      </Loaded>
    </Panel>
  );
}
