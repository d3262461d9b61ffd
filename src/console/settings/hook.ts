// An endpoint as the server tells of it. Types only.
import type { HookKind } from '../../contract/hook.ts';

export interface Hook {
  id: string;
  url: string;
  description: string;
  kinds: HookKind[];
  state: 'active' | 'paused' | 'disabled';
  reason: string | null;
  lastError: string | null;
  lastSuccessAt: string | null;
  waiting: number;
  dead: number;
  sequence: number;
  previousSecretUntil: string | null;
}
