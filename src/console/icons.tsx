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

export const EyeIcon = () => (
  <Drawn d="M3 12c2.6-4.2 5.6-6 9-6s6.4 1.8 9 6c-2.6 4.2-5.6 6-9 6s-6.4-1.8-9-6zM12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z" />
);
export const SearchIcon = () => <Drawn d="M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5" />;
export const StarIcon = () => <Drawn d="m12 4 2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.7 9.6 9z" />;
export const RefreshIcon = () => <Drawn d="M19 12a7 7 0 1 1-2-4.9M19 4v4h-4" />;
export const SunIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4" />
  </Icon>
);
export const MoonIcon = () => <Drawn d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z" />;
export const AutoThemeIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 4v16M12 7.5h5.5M12 12h8M12 16.5h5.5" />
  </Icon>
);
export const TalkIcon = () => <Drawn d="M4.5 6.5h15v10h-8l-4 3.5v-3.5h-3zM8.5 10.2h7M8.5 13h4.5" />;
export const ChartIcon = () => <Drawn d="M4.5 19.5h15M7.5 16v-4.5M12 16V6.5M16.5 16v-7" />;
export const GearIcon = () => <Drawn d="M4.5 8h8M16.5 8h3M4.5 16h3M11.5 16h8M14.5 5.8v4.4M9.5 13.8v4.4" />;
