// Whether an answer helped: two thumbs under it, and a person when it did not for the second time.
import { useState } from 'react';
import { errorText } from '../api.ts';
import { Drawn } from '../icons.tsx';
import type { ShopMessage } from '../wire.ts';
import { askShop } from './ask-shop.ts';
import type { ShopConversation } from './conversation.ts';
import { useMore } from './more-speech.ts';

const UP =
  'M7 10.5 10.8 3c1.6 0 2.7 1.2 2.4 2.8L12.7 9H19a2 2 0 0 1 2 2.4l-1.2 6.4A2.2 2.2 0 0 1 17.6 20H7zM7 10.5H3.5V20H7';
const DOWN =
  'M7 13.5 10.8 21c1.6 0 2.7-1.2 2.4-2.8L12.7 15H19a2 2 0 0 0 2-2.4l-1.2-6.4A2.2 2.2 0 0 0 17.6 4H7zM7 13.5H3.5V4H7';

/** What is sent is what the shop's bot understands. */
const HUMAN = { value: 'human', label: '转人工客服' };

export function Thumbs({ message, conversation }: { message: ShopMessage; conversation: ShopConversation }) {
  const { t } = useMore();
  const [helpful, setHelpful] = useState(message.helpful);
  const [answer, setAnswer] = useState<{ offerHuman: boolean } | string | null>(null);
  const give = (next: boolean) => {
    const before = helpful;
    setHelpful(next);
    askShop(conversation.token, 'POST /api/shop/messages/:seq/feedback', {
      params: { seq: message.seq },
      body: { helpful: next },
    }).then(setAnswer, (error: unknown) => {
      setHelpful(before);
      setAnswer(t('more.feedbackFailed', { detail: errorText(error, t) }));
    });
  };
  const thumb = (value: boolean) => {
    const name = t(value ? 'more.helpful' : 'more.unhelpful');
    return (
      <button
        type="button"
        className="quiet thumb"
        aria-label={name}
        title={name}
        aria-pressed={helpful === value}
        onClick={() => give(value)}
      >
        <Drawn d={value ? UP : DOWN} />
      </button>
    );
  };
  const offers = typeof answer === 'object' && answer?.offerHuman === true;
  return (
    <div className="thumbs">
      {thumb(true)}
      {thumb(false)}
      <span role="status">
        {typeof answer === 'string'
          ? answer
          : answer && t(helpful ? 'more.thanksHelpful' : offers ? 'more.offerHuman' : 'more.sorryUnhelpful')}
      </span>
      {offers && !helpful && conversation.view().state === 'with-bot' && (
        <button type="button" onClick={() => conversation.choose(HUMAN)}>
          {t('more.human')}
        </button>
      )}
    </div>
  );
}
