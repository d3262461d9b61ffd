// What the pages import from React, over Preact's core, for the shopper's build: preact/compat alone would cost as much as the conversation.
import { type ComponentChildren, Fragment, options, render } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

export { Component, createContext, Fragment } from 'preact';
export { useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

export const StrictMode = Fragment;
/** Parts that come later wait for themselves (shop/later.tsx). */
export const Suspense = Fragment;

export const createRoot = (element: Element) => ({
  render: (page: ComponentChildren) => render(page, element),
});

// React's events carry the browser's; here they are the browser's
options.event = (event) => Object.assign(event, { nativeEvent: event });

export function useSyncExternalStore<T>(subscribe: (onChange: () => void) => () => void, snapshot: () => T): T {
  const value = snapshot();
  const [{ drawn }, draw] = useState({ drawn: { value, snapshot } });
  useLayoutEffect(() => {
    drawn.value = value;
    drawn.snapshot = snapshot;
  });
  useEffect(() => {
    const look = () => {
      if (!Object.is(drawn.value, drawn.snapshot())) draw({ drawn });
    };
    look(); // it may have changed before anybody listened
    return subscribe(look);
  }, [subscribe, drawn]);
  return value;
}
