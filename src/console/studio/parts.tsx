// Small parts that several rooms of the studio show: states, times, failures.
import { Alert, Button, Tag } from 'antd';
import { errorText } from '../api.ts';
import { moment } from '../time.ts';
import type { EntryState } from './desk-of-editor.tsx';
import { useSpeech } from './speech.ts';

const COLOURS: Record<EntryState, string | undefined> = {
  live: 'success',
  new: 'processing',
  changed: 'warning',
  retiring: 'warning',
  retired: undefined,
};

export function StateTag({ state }: { state: EntryState }) {
  const { t } = useSpeech();
  const colour = COLOURS[state];
  return <Tag {...(colour !== undefined && { color: colour })}>{t(`state.${state}`)}</Tag>;
}

export function When({ at }: { at: string }) {
  const { language } = useSpeech();
  return (
    <time dateTime={at} className="studio-when">
      {moment(at, language, Date.now())}
    </time>
  );
}

export function Failed({ error, onRetry }: { error: unknown; onRetry(): void }) {
  const { t } = useSpeech();
  return (
    <Alert
      type="error"
      showIcon
      title={t('load.failed')}
      description={errorText(error, t)}
      action={
        <Button size="small" onClick={onRetry}>
          {t('common.retry')}
        </Button>
      }
    />
  );
}
