// Where the agent writes: reply or internal note, canned responses at the caret, the draft kept, the rules asked while writing.
import {
  type ChangeEvent,
  type Ref,
  Suspense,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useEnter } from '../enter.ts';
import { keep, kept } from '../kept.ts';
import { lazily } from '../lazily.ts';
import { useBeside } from './beside.tsx';
import type { ComposerHandle } from './composer-handle.ts';
import { Marks, Tools } from './composer-tools.tsx';
import { draftOf, keepDraft, onDrafts } from './drafts.ts';
import { Findings } from './findings.tsx';
import { HeldBar } from './held-bar.tsx';
import { useKeys } from './keys.ts';
import { NOTHING, useLint } from './lint.ts';
import type { Written } from './outbox.ts';
import { PhrasePopover } from './phrase-popover.tsx';
import { fill, openIn, type Phrase } from './phrases.ts';
import { PictureRow, usePictures } from './pictures.tsx';
import { useSpeech } from './speech.ts';
import './composer.css';

const Faces = lazily(async () => (await import('./faces.tsx')).Faces);
const CoolDown = lazily(async () => (await import('./cool-down.tsx')).CoolDown);

type More = Pick<Written, 'suggestionId' | 'attachments' | 'tone'>;

interface ComposerProps {
  conversationId: string;
  canReply: boolean;
  onSend(text: string, kind: 'reply' | 'note', more?: More): void;
  ref: Ref<ComposerHandle>;
}

const LENGTH_MAX = 2000;
const SEND_KEY = 'jiebang.sendKey';
/** Typed at the start of a line they open the canned responses; under a Chinese input method the key / gives 、. */
const OPENERS = ['/', '、'];

/** A text box whose value is ours but whose caret is the writer's. */
function useCaretBox(conversationId: string) {
  const box = useRef<HTMLTextAreaElement>(null);
  const range = useRef<[number, number] | null>(null);
  const [text, setText] = useState(() => draftOf(conversationId).text);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caret is put after the new text has been drawn
  useLayoutEffect(() => {
    if (range.current === null) return;
    box.current?.setSelectionRange(...range.current);
    range.current = null;
  }, [text]);

  const select = (start: number, end: number) => {
    box.current?.focus();
    box.current?.setSelectionRange(start, end);
  };
  const insert = (piece: string) => {
    box.current?.focus();
    if (piece === '') return;
    const { selectionStart: start = text.length, selectionEnd: end = text.length } = box.current ?? {};
    const variable = openIn(piece)[0];
    const caret = start + piece.length;
    range.current = variable ? [start + variable.start, start + variable.end] : [caret, caret];
    setText((text.slice(0, start) + piece + text.slice(end)).slice(0, LENGTH_MAX));
  };
  /** Takes out one sign and leaves the caret in its place. */
  const takeOut = (whole: string, at: number) => {
    range.current = [at, at];
    setText(whole.slice(0, at) + whole.slice(at + 1));
  };
  return { box, text, setText, insert, select, takeOut };
}

function useSendKey(): [boolean, (withCtrl: boolean) => void] {
  const [withCtrl, setWithCtrl] = useState(() => kept(SEND_KEY) === 'ctrl');
  return [
    withCtrl,
    (next) => {
      keep(SEND_KEY, next ? 'ctrl' : null);
      setWithCtrl(next);
    },
  ];
}

/** The canned responses over the box: what opened them, and what comes of it. */
function usePhrases(written: ReturnType<typeof useCaretBox>) {
  const { ask, values } = useBeside();
  const [opener, setOpener] = useState<string | null>(null);
  const open = (by = '') => setOpener(by);
  useKeys({ phrases: () => open() });
  return {
    isOpen: opener !== null,
    open: () => open(),
    /** True when the change opened them. */
    openedBy({ target, nativeEvent }: ChangeEvent<HTMLTextAreaElement>): boolean {
      const { value, selectionStart } = target;
      const at = selectionStart - 1;
      const sign = value[at];
      const isTyped = value.length === written.text.length + 1 && !(nativeEvent as InputEvent).isComposing;
      if (!isTyped || sign === undefined || !OPENERS.includes(sign) || (at > 0 && value[at - 1] !== '\n')) return false;
      written.takeOut(value, at);
      open(sign);
      return true;
    },
    pick(phrase: Phrase) {
      setOpener(null);
      written.insert(fill(phrase.text, values));
      ask('POST /api/phrases/:id/used', { params: { id: phrase.id } }).catch(() => undefined);
    },
    close(isKept: boolean) {
      if (isKept && opener) written.insert(opener);
      else written.box.current?.focus();
      setOpener(null);
    },
  };
}

/** Give it the conversation as its `key`: another conversation is another box. */
export function Composer({ conversationId, canReply, onSend, ref }: ComposerProps) {
  const { t } = useSpeech();
  const { ask } = useBeside();
  const written = useCaretBox(conversationId);
  const { box, text, setText, insert, select } = written;
  const [wanted, setWanted] = useState<'reply' | 'note'>(() => draftOf(conversationId).kind);
  const [refused, setRefused] = useState<string | null>(null);
  const [withCtrl, setWithCtrl] = useSendKey();
  const [cooling, setCooling] = useState(false);
  const [faces, setFaces] = useState(false);
  const suggestion = useRef<string | undefined>(undefined);
  const phrases = usePhrases(written);
  const pictures = usePictures(ask);
  const kind = canReply ? wanted : 'note';
  const lint = useLint(ask, conversationId, text, kind === 'reply');
  const open = openIn(text);

  useEffect(() => keepDraft(conversationId, { text, kind: wanted }), [conversationId, text, wanted]);
  useEffect(
    // words from another device come into an empty box only
    () => onDrafts((id) => id === null && setText((now) => (now === '' ? draftOf(conversationId).text : now))),
    [conversationId, setText],
  );
  useEffect(() => {
    if (canReply) box.current?.focus();
  }, [canReply, box]);

  const choose = (next: 'reply' | 'note') => {
    setWanted(next);
    box.current?.focus();
  };
  useImperativeHandle(ref, () => ({
    insert(piece, suggestionId) {
      suggestion.current = suggestionId ?? suggestion.current;
      insert(piece);
    },
    choose,
  }));

  /** Null when it may be sent. */
  const reasonAgainst = (said: string): string | null => {
    if (open.length > 0) return t('write.refusedOpen', { names: open.map((v) => `{${v.name}}`).join(' ') });
    if (kind === 'reply' && lint.text === said && lint.findings.length > 0) return t('write.refusedRule');
    return null;
  };
  const harsh = kind === 'reply' && lint.text === text.trim() && lint.tone.length > 0;
  /** `meant`: sent in this tone all the same. */
  const submit = (meant = false) => {
    const said = text.trim();
    const isEmpty = said === '' && (kind === 'note' || pictures.all.length === 0);
    if (isEmpty || (kind === 'reply' && pictures.busy)) return;
    const against = reasonAgainst(said);
    setRefused(against);
    if (against !== null) {
      if (open[0]) select(open[0].start, open[0].end);
      return;
    }
    setCooling(harsh && !meant);
    if (harsh && !meant) return;
    const suggestionId = kind === 'reply' ? suggestion.current : undefined;
    suggestion.current = undefined;
    setText('');
    const attachments = kind === 'reply' ? pictures.take() : [];
    onSend(said, kind, {
      ...(suggestionId && { suggestionId }),
      ...(attachments.length > 0 && { attachments }),
      ...(kind === 'reply' && { tone: meant ? 'meant' : 'hold' }),
    });
  };
  const enter = useEnter(() => submit(), withCtrl);
  const hint = kind === 'note' ? t('composer.noteHint') : withCtrl ? t('write.hintCtrl') : t('composer.replyHint');

  return (
    <form
      className={`composer composer-${kind}`}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (kind === 'reply' && pictures.add(event.dataTransfer.files)) event.preventDefault();
      }}
    >
      <HeldBar />
      {kind === 'reply' && <PictureRow pictures={pictures} />}
      {phrases.isOpen && <PhrasePopover onPick={phrases.pick} onClose={phrases.close} />}
      <Tools
        kind={kind}
        canReply={canReply}
        onChoose={choose}
        onPhrases={phrases.open}
        onFiles={pictures.add}
        faces={faces}
        onFaces={() => setFaces((before) => !before)}
        withCtrl={withCtrl}
        onSendKey={setWithCtrl}
      />
      {faces && (
        <Suspense fallback={null}>
          <Faces
            onPick={insert}
            onClose={() => {
              setFaces(false);
              box.current?.focus();
            }}
          />
        </Suspense>
      )}
      <div className="composer-box">
        <div className="composer-write">
          <Marks text={text} open={open} />
          <textarea
            ref={box}
            rows={2}
            maxLength={LENGTH_MAX}
            value={text}
            placeholder={hint}
            aria-label={kind === 'note' ? t('composer.note') : t('composer.reply')}
            onChange={(event) => {
              if (phrases.openedBy(event)) return;
              setRefused(null);
              if (event.target.value === '') suggestion.current = undefined;
              setText(event.target.value);
            }}
            onPaste={(event) => {
              if (kind === 'reply' && pictures.add(event.clipboardData.files)) event.preventDefault();
            }}
            onScroll={(event) => {
              const marks = event.currentTarget.previousElementSibling;
              if (marks) marks.scrollTop = event.currentTarget.scrollTop;
            }}
            {...enter}
          />
        </div>
        <div className="composer-send">
          {text !== '' && (
            <span className={`composer-count ${text.length >= LENGTH_MAX ? 'composer-full' : ''}`}>
              {t('write.count', { n: text.length, max: LENGTH_MAX })}
            </span>
          )}
          <button
            type="submit"
            className="primary"
            disabled={text.trim() === '' && (kind === 'note' || pictures.all.length === 0 || pictures.busy)}
          >
            {kind === 'note' ? t('composer.saveNote') : t('common.send')}
          </button>
        </div>
      </div>
      {harsh && (
        <Suspense fallback={null}>
          <CoolDown
            tone={lint.tone}
            held={cooling}
            onInstead={(calm) => {
              select(0, text.length);
              insert(calm);
            }}
            onSend={() => submit(true)}
          />
        </Suspense>
      )}
      <Findings
        lint={kind === 'reply' ? lint : NOTHING}
        open={open}
        refused={refused}
        onVariable={({ start, end }) => select(start, end)}
      />
    </form>
  );
}
