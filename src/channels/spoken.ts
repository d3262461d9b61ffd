// A message in words only: its source as a last line, its pictures named, its choices as numbered lines. Pure; knows no platform.
import type { Outgoing } from '../contract/conversation.ts';
import { withoutPictures } from './pictures.ts';

/** The text with its source and without its pictures, as a channel without buttons or footnotes shows it. */
export function spokenText(message: Pick<Outgoing, 'text' | 'payload'>): string {
  const { source } = message.payload;
  const text = withoutPictures(message);
  return source ? `${text}\n（来源：${source.title}）` : text;
}

/** The same, with the choices as numbered lines: the number, or the words, picks one. */
export function spokenWithChoices(message: Pick<Outgoing, 'text' | 'payload'>): string {
  const choices = message.payload.choices ?? [];
  if (choices.length === 0) return spokenText(message);
  return `${spokenText(message)}\n${choices.map((choice, i) => `${i + 1}. ${choice.label}`).join('\n')}`;
}
