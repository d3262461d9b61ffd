// The test bench: ask as a shopper would, and see how the bot judged, by what is live or by the drafts.
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Input, Segmented } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { errorText } from '../api.ts';
import { useEnter } from '../enter.ts';
import { BenchReceipt } from './bench-receipt.tsx';
import { type Summary, useStudio } from './desk-of-editor.tsx';
import { useSpeech } from './speech.ts';
import type { Triage, Tried } from './tried.ts';

const ANSWER_MS = 30_000;

export function Bench({ summary }: { summary: Summary | undefined }) {
  const { t } = useSpeech();
  const { ask } = useStudio();
  const [search, setSearch] = useSearchParams();
  const [draft, setDraft] = useState(search.get('with') !== 'live');
  const [text, setText] = useState(search.get('ask') ?? '');
  const [tried, setTried] = useState<Tried[]>([]);
  const [shown, show] = useState<number | null>(null);
  const log = useRef<HTMLDivElement>(null);
  const trial = useMutation({
    mutationFn: async (said: string): Promise<Tried> => {
      const history = tried.flatMap(({ text: asked, result }) => [
        { from: 'shopper', text: asked },
        ...(result.answer === '' ? [] : [{ from: 'bot', text: result.answer }]),
      ]);
      const body = { text: said, draft, history: history.slice(-20) };
      const result = await ask.path<Triage>('/api/triage', { method: 'POST', body, timeoutMs: ANSWER_MS });
      return { id: Date.now(), text: said, draft, result };
    },
    onSuccess(one) {
      setTried((before) => [...before, one]);
      show(one.id);
    },
  });
  const send = () => {
    const said = text.trim();
    if (said === '' || trial.isPending) return;
    setText('');
    trial.mutate(said);
  };
  const enter = useEnter(send);
  useEffect(() => {
    if (tried.length > 0 || trial.isPending) log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [tried.length, trial.isPending]);
  const chosen = tried.find(({ id }) => id === shown);
  return (
    <div className="bench">
      <section className="bench-chat" aria-label={t('tab.bench')}>
        <header>
          <Segmented
            aria-label={t('bench.which')}
            value={draft ? 'draft' : 'live'}
            options={[
              { value: 'live', label: t('bench.published', { number: summary?.release.number ?? '…' }) },
              { value: 'draft', label: t('bench.draft') },
            ]}
            onChange={(value) => {
              setDraft(value === 'draft');
              setSearch(value === 'draft' ? {} : { with: 'live' }, { replace: true });
            }}
          />
          <Button type="text" disabled={tried.length === 0} onClick={() => setTried([])}>
            {t('bench.clear')}
          </Button>
        </header>
        <div ref={log} className="bench-log" role="log" aria-label={t('bench.log')}>
          {tried.length === 0 && !trial.isPending && <p className="bench-empty">{t('bench.empty')}</p>}
          {tried.map((one) => (
            <TriedRow key={one.id} one={one} isShown={one.id === shown} onShow={() => show(one.id)} />
          ))}
          {trial.isPending && <p className="bench-said">{trial.variables}</p>}
        </div>
        {trial.isError && <Alert type="error" showIcon title={errorText(trial.error, t)} />}
        <div className="bench-input">
          <Input
            value={text}
            autoFocus
            aria-label={t('bench.input')}
            placeholder={t('bench.input')}
            maxLength={500}
            onChange={(event) => setText(event.target.value)}
            {...enter}
          />
          <Button type="primary" loading={trial.isPending} disabled={text.trim() === ''} onClick={send}>
            {t('common.send')}
          </Button>
        </div>
      </section>
      <section className="bench-receipt" aria-label={t('bench.receipt')}>
        <h2>{t('bench.receipt')}</h2>
        {chosen === undefined ? <p className="quiet-text">{t('bench.pick')}</p> : <BenchReceipt tried={chosen} />}
      </section>
    </div>
  );
}

function TriedRow({ one, isShown, onShow }: { one: Tried; isShown: boolean; onShow(): void }) {
  const { t } = useSpeech();
  const say = t as (word: string) => string;
  const { decision, answer } = one.result;
  return (
    <div className="bench-pair">
      <p className="bench-said">{one.text}</p>
      <button type="button" className="bench-answer" aria-pressed={isShown} onClick={onShow}>
        <span className="bench-how">
          {say(`decision.${decision}`)} · {one.draft ? t('bench.usedDraft') : t('bench.usedLive')}
        </span>
        {answer !== '' && <span className="bench-words">{answer}</span>}
      </button>
    </div>
  );
}
