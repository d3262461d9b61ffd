// Where the agent writes: reply or internal note, the draft kept, suggestions inserted at the caret.
import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import { useEnter } from '../enter.ts';
import { draftOf, keepDraft } from './drafts.ts';
import { useSpeech } from './speech.ts';

export interface ComposerHandle {
  /** Puts text where the caret is, and the focus into the box. */
  insert(text: string): void;
  choose(kind: 'reply' | 'note'): void;
}

interface ComposerProps {
  conversationId: string;
  canReply: boolean;
  onSend(text: string, kind: 'reply' | 'note'): void;
  ref: Ref<ComposerHandle>;
}

const LENGTH_MAX = 2000;

/** A text box whose value is ours but whose caret is the writer's. */
function useCaretBox(conversationId: string) {
  const box = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number | null>(null);
  const [text, setText] = useState(() => draftOf(conversationId));

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caret is put after the new text has been drawn
  useLayoutEffect(() => {
    if (caret.current === null) return;
    box.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [text]);

  const insert = (piece: string) => {
    const { selectionStart: start = text.length, selectionEnd: end = text.length } = box.current ?? {};
    caret.current = start + piece.length;
    setText((text.slice(0, start) + piece + text.slice(end)).slice(0, LENGTH_MAX));
    box.current?.focus();
  };
  return { box, text, setText, insert };
}

/** Give it the conversation as its `key`: another conversation is another box. */
export function Composer({ conversationId, canReply, onSend, ref }: ComposerProps) {
  const { t } = useSpeech();
  const { box, text, setText, insert } = useCaretBox(conversationId);
  const [wanted, setWanted] = useState<'reply' | 'note'>('reply');
  const kind = canReply ? wanted : 'note';

  useEffect(() => keepDraft(conversationId, text), [conversationId, text]);
  useEffect(() => {
    if (canReply) box.current?.focus();
  }, [canReply, box]);

  const choose = (next: 'reply' | 'note') => {
    setWanted(next);
    box.current?.focus();
  };
  useImperativeHandle(ref, () => ({ insert, choose }));

  const submit = () => {
    const said = text.trim();
    if (said === '') return;
    setText('');
    onSend(said, kind);
  };
  const enter = useEnter(submit);
  const hint = kind === 'note' ? t('composer.noteHint') : t('composer.replyHint');

  return (
    <form
      className={`composer composer-${kind}`}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="composer-tabs" role="tablist" aria-label={t('composer.tabs')}>
        <button
          type="button"
          role="tab"
          aria-selected={kind === 'reply'}
          disabled={!canReply}
          onClick={() => choose('reply')}
        >
          {t('composer.reply')}
        </button>
        <button type="button" role="tab" aria-selected={kind === 'note'} onClick={() => choose('note')}>
          {t('composer.note')}
        </button>
        {!canReply && <span className="composer-locked">{t('composer.locked')}</span>}
      </div>
      <div className="composer-box">
        <textarea
          ref={box}
          rows={2}
          maxLength={LENGTH_MAX}
          value={text}
          placeholder={hint}
          aria-label={kind === 'note' ? t('composer.note') : t('composer.reply')}
          onChange={(event) => setText(event.target.value)}
          {...enter}
        />
        <button type="submit" className="primary" disabled={text.trim() === ''}>
          {kind === 'note' ? t('composer.saveNote') : t('common.send')}
        </button>
      </div>
    </form>
  );
}
