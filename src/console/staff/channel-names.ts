// What kinds of channels are called, as the server says it when somebody signs in. Knows none by name.
import { createContext, useCallback, useContext, useMemo } from 'react';
import { useSpeech } from '../language.tsx';
import type { Session } from '../wire.ts';

export const ChannelsContext = createContext<Session['channels']>({});

/** In the language of the page; a kind that is there no more by its own name. */
export function useChannelName(): (kind: string) => string {
  const channels = useContext(ChannelsContext);
  const { language } = useSpeech();
  return useCallback((kind) => channels[kind]?.[language === 'en' ? 'en' : 'zh'] ?? kind, [channels, language]);
}

/** All kinds there are, in the server's order. */
export function useChannelKinds(): string[] {
  const channels = useContext(ChannelsContext);
  return useMemo(() => Object.keys(channels), [channels]);
}
