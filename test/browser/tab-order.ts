// Walks through a page by Tab alone: what gets the focus, in which part of the page, and what is wrong with it.
import type { Page } from 'playwright-core';

interface Walked {
  /** `part: role name`, in the order in which Tab comes to them. */
  stops: string[];
  /** Stops without a name, that are not seen, or that stand before the one that came first. */
  wrong: string[];
}

const STOPS_MAX = 200;

/** From the top of the page until the focus leaves it. */
export async function tabThrough(page: Page): Promise<Walked> {
  const walked: Walked = { stops: [], wrong: [] };
  await page.evaluate(() => {
    const first = document.createElement('span');
    first.tabIndex = -1;
    document.body.prepend(first);
    first.focus();
    first.remove();
  });
  for (let n = 0; n < STOPS_MAX; n++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(look);
    if (stop === null) break;
    const words = `${stop.part}: ${stop.role} ${stop.name}`;
    walked.stops.push(words);
    if (stop.name === '') walked.wrong.push(`${words}: no name`);
    if (!stop.isSeen) walked.wrong.push(`${words}: not seen`);
    if (!stop.follows) walked.wrong.push(`${words}: stands before ${walked.stops.at(-2)}`);
  }
  return walked;
}

/** The parts in the order in which the focus comes to them, each as often as it comes back. */
export const partsOf = (stops: readonly string[]): string[] =>
  stops.map((stop) => stop.slice(0, stop.indexOf(': '))).filter((part, i, all) => part !== all[i - 1]);

/** In the page: what has the focus now. */
function look() {
  const now = document.activeElement;
  if (now === null || now === document.body) return null;
  const kept = window as unknown as { stopBefore?: Element };
  const before = kept.stopBefore;
  kept.stopBefore = now;
  const tidy = (text: string) => text.replace(/\s+/g, ' ').trim();
  const nameOf = (element: Element): string => {
    const by = (element.getAttribute('aria-labelledby') ?? '').split(' ');
    const said = by.flatMap((id) => document.getElementById(id) ?? []);
    // a label around its control is called what stands beside it
    const beside = (label: Element): string => {
      const copy = label.cloneNode(true) as Element;
      for (const control of copy.querySelectorAll('select, input, textarea')) control.remove();
      return copy.textContent ?? '';
    };
    const labels = [...((element as HTMLInputElement).labels ?? []), ...said].map(beside);
    const names = [element.getAttribute('aria-label'), ...labels, element.getAttribute('placeholder')];
    return names.map((text) => tidy(text ?? '')).find((text) => text !== '') ?? '';
  };
  const ROLES: Record<string, string> = { A: 'link', BUTTON: 'button', SELECT: 'combobox', TEXTAREA: 'textbox' };
  const roleOf = (element: Element): string =>
    element.getAttribute('role') ??
    ROLES[element.tagName] ??
    (element instanceof HTMLInputElement ? element.type : element.tagName.toLowerCase());
  const PARTS = 'header, nav, main, aside, form[aria-label], section[aria-label], section[aria-labelledby], [role]';
  const NOT_PARTS = 'button, a, input, select, textarea, [role=presentation], [role=none], [role=option], [role=row]';
  let part = now.parentElement?.closest(PARTS) ?? null;
  while (part?.matches(NOT_PARTS)) part = part.parentElement?.closest(PARTS) ?? null;
  const { width, height } = now.getBoundingClientRect();
  return {
    part: part === null ? 'page' : tidy(`${part.getAttribute('role') ?? part.tagName.toLowerCase()} ${nameOf(part)}`),
    role: roleOf(now),
    name:
      nameOf(now) ||
      tidy(now.textContent ?? '') ||
      tidy(now.querySelector('[role=img]')?.ariaLabel ?? '') ||
      tidy(now.getAttribute('title') ?? ''),
    isSeen: width > 0 && height > 0,
    follows: before === undefined || (before.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING) > 0,
  };
}
