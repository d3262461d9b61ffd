// Parts of the shopper's page that come after its first view: fetched when they are first drawn, and again until they are there.
import { type ReactNode, useEffect, useState } from 'react';

const AGAIN_MS = 2_000;

const Nothing = () => null;

/** A component that fetches itself; `Meanwhile` keeps its place. */
export function later<P extends object>(
  load: () => Promise<(props: P) => ReactNode>,
  Meanwhile: () => ReactNode = Nothing,
): (props: P) => ReactNode {
  let Part: ((props: P) => ReactNode) | null = null;
  return function Later(props: P) {
    const [tries, draw] = useState(0);
    useEffect(() => {
      if (Part !== null) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      load().then(
        (part) => {
          Part = part;
          draw(-1);
        },
        () => {
          timer = setTimeout(() => draw(tries + 1), AGAIN_MS);
        },
      );
      return () => clearTimeout(timer);
    }, [tries]);
    return Part === null ? <Meanwhile /> : <Part {...props} />;
  };
}
