// The shop itself: who needs a second factor, and the figures the installation was started with.
import { Button, Descriptions, Select, Switch } from 'antd';
import { useState } from 'react';
import { wordFor } from '../language.tsx';
import { Loaded, Panel, useChange, useData, usePath, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

interface Origins {
  origins: string[];
}

/** Which sites may hold the shopper's page. */
function Widget({ kept }: { kept: readonly string[] }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const [origins, setOrigins] = useState<string[]>([...kept]);
  const save = useChange(() => ask.path<Origins>('/api/widget', { method: 'PUT', body: { origins } }), {
    done: t('settings.saved'),
    onDone: (saved) => setOrigins(saved.origins),
  });
  const code = `<script src="${location.origin}/widget.js" async></script>`;
  return (
    <Panel title={t('shop.widget')} hint={t('shop.widgetHint')}>
      <div className="settings-row">
        <Select
          mode="tags"
          open={false}
          suffixIcon={null}
          aria-label={t('shop.widget')}
          placeholder="https://shop.example"
          style={{ width: 560, maxWidth: '100%' }}
          tokenSeparators={[' ', ',', '，']}
          value={origins}
          onChange={setOrigins}
        />
        <Button loading={save.isPending} onClick={() => save.mutate(undefined)}>
          {t('settings.save')}
        </Button>
      </div>
      <p className="quiet-text settings-below">{t('shop.widgetCode')}</p>
      <p className="settings-once">{code}</p>
    </Panel>
  );
}

export function ShopPage() {
  const widget = usePath<Origins>('/api/widget');
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const shop = useData('GET /api/shop-settings');
  const save = useChange((totpForAdmins: boolean) => ask('PUT /api/shop-settings', { body: { totpForAdmins } }), {
    done: t('settings.saved'),
  });
  const long = (seconds: number) =>
    seconds >= 3_600
      ? t('time.hours', { n: seconds / 3_600 })
      : seconds % 60 === 0
        ? t('time.minutes', { n: seconds / 60 })
        : t('time.seconds', { n: seconds });
  return (
    <Loaded query={shop}>
      {(of) => (
        <>
          <Panel title={t('shop.security')}>
            <div className="settings-row">
              <Switch
                aria-label={t('shop.totpForAdmins')}
                checked={of.totpForAdmins}
                loading={save.isPending}
                onChange={(on) => save.mutate(on)}
              />
              {t('shop.totpForAdmins')}
              <span className="quiet-text">
                {of.adminsWithout === 0 ? t('shop.allHave') : t('shop.without', { n: of.adminsWithout })}
              </span>
            </div>
          </Panel>
          {widget.data && <Widget kept={widget.data.origins} />}
          <Panel title={t('shop.installed')} hint={t('shop.installedHint')}>
            <Descriptions
              size="small"
              column={1}
              items={[
                { key: 'name', label: t('shop.name'), children: `${of.name}（${of.slug}）` },
                { key: 'url', label: t('shop.url'), children: of.publicUrl },
                { key: 'hours', label: t('shop.hours'), children: of.serviceHours },
                ...of.clocks.map(({ clock, seconds }) => ({
                  key: clock,
                  label: wordFor(t, 'clock', clock),
                  children: long(seconds),
                })),
              ]}
            />
          </Panel>
        </>
      )}
    </Loaded>
  );
}
