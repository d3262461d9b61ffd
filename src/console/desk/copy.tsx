// A button that copies a number and says so.
import { useState } from 'react';
import { useSpeech } from './speech.ts';

export function Copy({ text }: { text: string }) {
  const { t } = useSpeech();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard?.writeText(text).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 1500);
      },
      () => undefined,
    );
  };
  return (
    <button type="button" className="quiet copy" aria-label={t('order.copyLabel', { what: text })} onClick={copy}>
      {copied ? t('order.copied') : t('order.copy')}
    </button>
  );
}
