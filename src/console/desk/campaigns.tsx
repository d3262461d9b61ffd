// The campaigns that run now, each with its last day; a click puts what shoppers are told where the caret is.
import { useState } from 'react';
import type { Campaign } from '../../contract/shopper.ts';
import { useBeside } from './beside.tsx';
import { useLoaded } from './loaded.ts';
import { useSpeech } from './panel-speech.ts';
import { PanelState } from './panel-state.tsx';

const SHOWN = 3;

const shopToday = (): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());

export function Campaigns() {
  const { t } = useSpeech();
  const { ask, composer } = useBeside();
  const [all, setAll] = useState(false);
  const loaded = useLoaded('campaigns', null, async () => (await ask('GET /api/campaigns')).items);
  const untilOf = ({ until }: Campaign) => {
    if (until === null) return t('campaign.open');
    return until === shopToday() ? t('campaign.lastDay') : t('campaign.until', { day: until });
  };
  const items = loaded.data ?? [];
  const hidden = all ? 0 : Math.max(0, items.length - SHOWN);
  return (
    <section className="side-section" aria-label={t('campaign.title')}>
      <h3>{t('campaign.title')}</h3>
      <PanelState of={loaded} failed={t('campaign.failed')} />
      {loaded.data?.length === 0 && <p className="side-empty">{t('campaign.none')}</p>}
      <ul className="phrase-cards">
        {items.slice(0, items.length - hidden).map((campaign) => (
          <li key={campaign.id}>
            <button
              type="button"
              aria-label={`${t('campaign.use', { title: campaign.title })}，${untilOf(campaign)}`}
              onClick={() => composer.current?.insert(campaign.text)}
            >
              <strong>{campaign.title}</strong>
              <span className="quiet-text">{untilOf(campaign)}</span>
              <span className="phrase-text">{campaign.text}</span>
            </button>
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" className="quiet copy" onClick={() => setAll(true)}>
          {t('campaign.more', { n: hidden })}
        </button>
      )}
    </section>
  );
}
