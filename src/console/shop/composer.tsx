// Where the shopper writes: common questions, the box, the button.
import { useState } from 'react';
import { useEnter } from '../enter.ts';
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

export function ShopComposer({ onSend }: { onSend(text: string): void }) {
  const { t } = useSpeech();
  const [text, setText] = useState('');
  const submit = () => {
    const said = text.trim();
    if (said === '') return;
    setText('');
    onSend(said);
  };
  const enter = useEnter(submit);
  return (
    <div className="shop-composer">
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
        <textarea
          rows={1}
          maxLength={LENGTH_MAX}
          value={text}
          placeholder={t('shop.placeholder')}
          aria-label={t('shop.input')}
          onChange={(event) => setText(event.target.value)}
          {...enter}
        />
        <button type="submit" className="primary" disabled={text.trim() === ''}>
          {t('common.send')}
        </button>
      </form>
    </div>
  );
}
