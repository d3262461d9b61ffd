// The few drawings of the console; all are decoration, words stand beside them.
import type { ReactNode } from 'react';

const Icon = ({ children }: { children: ReactNode }) => (
  <svg aria-hidden="true" focusable="false" viewBox="0 0 24 24" className="icon">
    {children}
  </svg>
);

export const Drawn = ({ d }: { d: string }) => (
  <Icon>
    <path d={d} />
  </Icon>
);

/** Two hands on one baton. */
export const BatonMark = () => (
  <svg aria-hidden="true" focusable="false" className="mark" viewBox="0 0 32 32">
    <rect className="mark-ground" x="0" y="0" width="32" height="32" rx="9" />
    <path className="mark-baton" d="M8.5 23.5 23.5 8.5" />
    <path className="mark-hand" d="M7 17.5c2.2-1 4.8-.4 6.6 1.4 1.8 1.8 2.4 4.4 1.4 6.6" />
    <path className="mark-hand" d="M25 14.5c-2.2 1-4.8.4-6.6-1.4-1.8-1.8-2.4-4.4-1.4-6.6" />
  </svg>
);

export const BotIcon = () => (
  <Icon>
    <rect x="4.5" y="8" width="15" height="11" rx="3.5" />
    <path d="M12 8V4.5M9.2 13v1M14.8 13v1M9.5 19v1.5M14.5 19v1.5M2.5 12v3M21.5 12v3" />
  </Icon>
);

export const PersonIcon = () => (
  <Icon>
    <circle cx="12" cy="8.2" r="3.7" />
    <path d="M4.8 20c.7-4 3.5-6 7.2-6s6.5 2 7.2 6" />
  </Icon>
);

export const ClockIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 7.5V12l3 2" />
  </Icon>
);

export const BookIcon = () => (
  <Drawn d="M5 5.5c2.6-.9 5-.6 7 1 2-1.6 4.4-1.9 7-1V18c-2.6-.9-5-.6-7 1-2-1.6-4.4-1.9-7-1zM12 6.5V19" />
);
export const AlertIcon = () => <Drawn d="M12 4.5 21 19.5H3zM12 10v4.5M12 17v.3" />;
export const TickIcon = () => <Drawn d="m5 12.5 4.5 4.5L19 7.5" />;
export const CloseIcon = () => <Drawn d="m6 6 12 12M18 6 6 18" />;
export const BackIcon = () => <Drawn d="m14.5 5-7 7 7 7" />;

const BELL = 'M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 2H5zM10 18.5a2 2 0 0 0 4 0';
export const BellIcon = ({ muted }: { muted: boolean }) => <Drawn d={muted ? `${BELL}M4 4l16 16` : BELL} />;
