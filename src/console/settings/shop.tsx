// The shop itself: who needs a second factor, and the figures the installation was started with.
import { Descriptions, Switch } from 'antd';
import { wordFor } from '../language.tsx';
import { Loaded, Panel, useChange, useData, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

export function ShopPage() {
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
