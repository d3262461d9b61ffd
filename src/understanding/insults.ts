// Whether words of a shopper insult whoever reads them: by the very rule that reads their anger. Changes no text.
import { createRiskReader } from './risk.ts';
import { RISK_RULES } from './risk-rules.ts';

const reader = createRiskReader(RISK_RULES.filter((rule) => rule.name === 'insult'));

/** Rows of channels do not matter here: an insult is one everywhere. */
export const isInsult = (text: string): boolean => text !== '' && reader.read(text, '').length > 0;
