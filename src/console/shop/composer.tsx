// Where the shopper writes: common questions, the box with pictures and orders beside it, the button.
import { type RefObject, useRef, useState } from 'react';
import { useEnter } from '../enter.ts';
import { Drawn } from '../icons.tsx';
import type { zh } from '../words/shop.zh.ts';
import { useSpeech } from './speech.ts';

/** The label follows the page's language; what is sent is what the shop's bot understands. */
const CHIPS = [
  ['shop.chipParcel', '我的快递到哪了'],
  ['shop.chipReturn', '七天无理由怎么退'],
  ['shop.chipCoupon', '优惠券怎么用'],
  ['shop.chipComplain', '我要投诉'],
  ['shop.chipHuman', '转人工'],
] as const satisfies readonly (readonly [keyof typeof zh, string])[];

const LENGTH_MAX = 2000;
const PICTURE_MAX = 10 * 1024 * 1024;

interface ComposerProps {
  box: RefObject<HTMLTextAreaElement | null>;
  onSend(text: string): void;
  onTyping(): void;
  /** Undefined while there is nobody to send them to. */
  onPicture: ((picture: File) => void) | undefined;
  /** Undefined for somebody without orders. */
  onOrders: (() => void) | undefined;
}

export function ShopComposer({ box, onSend, onTyping, onPicture, onOrders }: ComposerProps) {
  const { t } = useSpeech();
  const [text, setText] = useState('');
  const [tooBig, setTooBig] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const submit = () => {
    const said = text.trim();
    if (said === '') return;
    setText('');
    onSend(said);
  };
  const enter = useEnter(submit);
  const take = (given: FileList | undefined | null) => {
    const pictures = [...(given ?? [])].filter(({ type }) => type.startsWith('image/'));
    setTooBig(pictures.some(({ size }) => size > PICTURE_MAX));
    for (const picture of pictures) if (picture.size <= PICTURE_MAX) onPicture?.(picture);
    return pictures.length > 0;
  };
  return (
    <div className="shop-composer">
      {tooBig && (
        <p className="shop-refused" role="alert">
          {t('shop.tooBig')}
        </p>
      )}
      <fieldset className="chips" aria-label={t('shop.chips')}>
        {CHIPS.map(([label, say]) => (
          <button type="button" key={label} onClick={() => onSend(say)}>
            {t(label)}
          </button>
        ))}
      </fieldset>
      <form
        className="shop-box"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {onPicture && (
          <button
            type="button"
            className="quiet shop-tool"
            aria-label={t('shop.sendPicture')}
            title={t('shop.sendPicture')}
            onClick={() => files.current?.click()}
          >
            <Drawn d="M5 5h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zm-2 12 5-5 4 4 3-3 6 5M15.5 9.5v.1" />
          </button>
        )}
        {onOrders && (
          <button
            type="button"
            className="quiet shop-tool"
            aria-label={t('shop.sendOrder')}
            title={t('shop.sendOrder')}
            onClick={onOrders}
          >
            <Drawn d="M6 3.5h12v17l-3-1.8-3 1.8-3-1.8-3 1.8zM9 8.5h6M9 12.5h6" />
          </button>
        )}
        <input
          ref={files}
          type="file"
          hidden
          multiple
          accept="image/jpeg,image/png,image/webp,image/gif"
          onChange={({ currentTarget }) => {
            take(currentTarget.files);
            currentTarget.value = '';
          }}
        />
        <textarea
          ref={box}
          rows={1}
          maxLength={LENGTH_MAX}
          value={text}
          placeholder={t('shop.placeholder')}
          aria-label={t('shop.input')}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            onTyping();
          }}
          onPaste={(event) => {
            if (onPicture && take(event.clipboardData?.files)) event.preventDefault();
          }}
          {...enter}
        />
        <button type="submit" className="primary" disabled={text.trim() === ''}>
          {t('common.send')}
        </button>
      </form>
    </div>
  );
}
