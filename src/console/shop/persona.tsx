// Who one is in the demo: the people of the sample shop.
import { useMore } from './more-speech.ts';
import type { Visitor } from './visitor.ts';

export function Persona({ visitor, onPick }: { visitor: Visitor; onPick(name: string): void }) {
  const { t } = useMore();
  return (
    <label className="persona" title={t('more.personaNew')}>
      <span>{t('more.persona')}</span>
      <select value={visitor.name ?? ''} onChange={(event) => onPick(event.currentTarget.value)}>
        {visitor.name === null && <option value="">{t('common.visitor')}</option>}
        {visitor.customers.map(({ name, hint }) => (
          <option key={name} value={name}>
            {hint ? `${name}（${hint}）` : name}
          </option>
        ))}
      </select>
    </label>
  );
}
