// What stands over and behind the box: reply or note, canned responses, pictures, the send key, and marks for what is not filled in.
import { useKeyText } from './keys.ts';
import type { OpenVariable } from './phrases.ts';
import { useSpeech } from './speech.ts';

/** The same words behind the box, so that what is not filled in can be seen in its place. */
export function Marks({ text, open }: { text: string; open: readonly OpenVariable[] }) {
  if (open.length === 0) return null;
  const parts = open.map((variable, i) => ({ variable, before: text.slice(open[i - 1]?.end ?? 0, variable.start) }));
  return (
    <div className="composer-marks" aria-hidden="true">
      {parts.map(({ variable, before }) => (
        <span key={variable.start}>
          {before}
          <mark>{text.slice(variable.start, variable.end)}</mark>
        </span>
      ))}
      {text.slice(open.at(-1)?.end)}
    </div>
  );
}

interface ToolsProps {
  kind: 'reply' | 'note';
  canReply: boolean;
  onChoose(kind: 'reply' | 'note'): void;
  onPhrases(): void;
  onFiles(files: FileList): void;
  /** The palette of faces is open. */
  faces: boolean;
  onFaces(): void;
  withCtrl: boolean;
  onSendKey(withCtrl: boolean): void;
}

export function Tools(props: ToolsProps) {
  const { kind, canReply, onChoose, onPhrases, onFiles, faces, onFaces, withCtrl, onSendKey } = props;
  const { t } = useSpeech();
  const phrasesKey = useKeyText('phrases');
  return (
    <div className="composer-tools">
      <div className="composer-tabs" role="tablist" aria-label={t('composer.tabs')}>
        <button
          type="button"
          role="tab"
          aria-selected={kind === 'reply'}
          disabled={!canReply}
          onClick={() => onChoose('reply')}
        >
          {t('composer.reply')}
        </button>
        <button type="button" role="tab" aria-selected={kind === 'note'} onClick={() => onChoose('note')}>
          {t('composer.note')}
        </button>
      </div>
      <button type="button" className="quiet" aria-haspopup="listbox" onClick={onPhrases}>
        {t('phrase.title')} <kbd>{phrasesKey}</kbd>
      </button>
      <button type="button" className="quiet" aria-expanded={faces} onClick={onFaces}>
        {t('write.faces')}
      </button>
      {kind === 'reply' && (
        <label className="picture-button">
          {t('picture.add')}
          <input
            type="file"
            accept="image/jpeg,image/png,image/webp,image/gif"
            multiple
            onChange={(event) => {
              if (event.target.files) onFiles(event.target.files);
              event.target.value = '';
            }}
          />
        </label>
      )}
      {!canReply && <span className="composer-locked">{t('composer.locked')}</span>}
      <label className="send-key">
        <span className="unseen-label">{t('write.sendKey')}</span>
        <select value={withCtrl ? 'ctrl' : 'enter'} onChange={(event) => onSendKey(event.target.value === 'ctrl')}>
          <option value="enter">{t('write.sendEnter')}</option>
          <option value="ctrl">{t('write.sendCtrl')}</option>
        </select>
      </label>
    </div>
  );
}
