// /shop: the shopper alone, also inside another site's frame.
import { useEffect, useMemo } from 'react';
import { LanguageSwitch } from '../language.tsx';
import { Shop } from './shop.tsx';
import { useSpeech } from './speech.ts';
import { readArrival } from './visitor.ts';

export function ShopPage() {
  const { t } = useSpeech();
  const arrival = useMemo(() => readArrival(location.search), []);
  useEffect(() => {
    document.title = t('shop.title');
  }, [t]);
  return (
    <main className="shop-page">
      <Shop arrival={arrival} corner={<LanguageSwitch />} />
    </main>
  );
}
