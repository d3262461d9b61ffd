// A telephone number in a text, and how it is shown to whom it does not belong. Pure.
import { findPersonalData } from './mask.ts';
import { spelledOut } from './scattered-numbers.ts';

const MOBILE = /^1[3-9]\d{9}$/;
const LANDLINE = /^0\d{9,11}$/;

/** The first number that can be called, digits only, without the country's; null when there is none. */
export function phoneIn(text: string): string | null {
  for (const { kind, value } of findPersonalData(text)) {
    if (kind !== 'phone' && kind !== 'landline') continue;
    const digits = spelledOut(value.normalize('NFKC')).replace(/\D/g, '');
    const phone = digits.replace(/^(?:00)?86(?=1[3-9]\d{9}$)/, '');
    if (MOBILE.test(phone) || LANDLINE.test(phone)) return phone;
  }
  return null;
}

/** `138****1234`. */
export const maskPhone = (phone: string): string => `${phone.slice(0, 3)}****${phone.slice(-4)}`;
