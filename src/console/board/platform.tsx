// The shop as a platform judges it, over the platform's own days, with how many misses are left today.
import type { Profile, Service } from './data.ts';
import { TARGETS } from './filters.ts';
import { duration, NOTHING, percent } from './format.ts';
import { Info } from './info.tsx';
import { nameOf } from './names.ts';
import { type Speak, useSpeech } from './speech.ts';

type Figure = Service['figures'][number];

function shown(figure: Figure, t: Speak): string {
  if (figure.kind === 'count') return String(figure.count ?? 0);
  if (figure.kind === 'share') return percent(figure.rate ?? null);
  return duration(figure.meanMs ?? null, t);
}

function MissesLeft({ of }: { of: Service['missesLeft'] }) {
  const { t } = useSpeech();
  if (of === null) return <p className="misses">{t('platform.noHeadline')}</p>;
  const target = percent(of.target);
  const isBelow = of.dropsAt === 0;
  return (
    <p className={isBelow ? 'misses misses-none' : 'misses'}>
      <strong>{isBelow ? t('platform.leftNone') : t('platform.left', { n: of.left })}</strong>
      <span>
        {isBelow
          ? of.hitsToRecover === null
            ? ''
            : t('platform.recover', { n: of.hitsToRecover, target })
          : t('platform.dropsAt', { n: of.dropsAt, target })}
      </span>
    </p>
  );
}

interface PlatformProps {
  service: Service;
  profile: Profile | undefined;
  target: number;
  onTarget(target: number): void;
}

export function Platform({ service, profile, target, onTarget }: PlatformProps) {
  const { t, language } = useSpeech();
  const about = (id: string) => profile?.metrics.find((m) => m.id === id);
  const breaches = service.breaches.map(({ clock, n }) => t(`clock.${clock as 'first-reply'}`, { n })).join('，');
  return (
    <>
      <div className="misses-row">
        <MissesLeft of={service.missesLeft} />
        <label>
          {t('platform.target')}
          <select value={target} onChange={(event) => onTarget(Number(event.target.value))}>
            {TARGETS.map((one) => (
              <option key={one} value={one}>
                {percent(one)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t('platform.metric')}</th>
            <th scope="col">{t('platform.value')}</th>
            <th scope="col">{t('platform.samples')}</th>
          </tr>
        </thead>
        <tbody>
          {service.figures.map((figure) => {
            const row = about(figure.id);
            const name = nameOf('metric', figure, language, t);
            return (
              <tr key={figure.id}>
                <th scope="row">
                  {name}
                  {row && (
                    <Info name={name}>
                      <span>{t('info.source', { source: row.source })}</span>
                      {row.doubt !== null && <span>{t('info.doubt', { doubt: row.doubt })}</span>}
                    </Info>
                  )}
                </th>
                <td>{shown(figure, t)}</td>
                <td>{figure.kind === 'count' ? NOTHING : figure.of}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {breaches !== '' && <p className="quiet-text">{t('platform.breaches', { list: breaches })}</p>}
    </>
  );
}
