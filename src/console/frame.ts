// What the shopper's page inside a frame tells the page around it, when both are ours. Nothing of what was said.

export interface Glimpse {
  /** The bot has answered from the FAQ. */
  answered: boolean;
  state: string;
}

const KIND = 'jiebang.glimpse';

/** Other sites that frame the page are told nothing by this. */
export function tellParent(glimpse: Glimpse): void {
  if (window.parent !== window) window.parent.postMessage({ kind: KIND, ...glimpse }, location.origin);
}

/** Returns what ends the hearing. */
export function hearFrame(frame: () => Window | null, onGlimpse: (glimpse: Glimpse) => void): () => void {
  const onMessage = ({ source, origin, data }: MessageEvent<{ kind?: unknown } & Glimpse>) => {
    if (source === frame() && origin === location.origin && data.kind === KIND) onGlimpse(data);
  };
  window.addEventListener('message', onMessage);
  return () => window.removeEventListener('message', onMessage);
}
