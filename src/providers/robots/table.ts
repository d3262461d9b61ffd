// The one table of group robots: a new one is a file and a line here.
import { dingtalk } from './dingtalk.ts';
import { feishu } from './feishu.ts';
import type { RobotRules } from './robot.ts';
import { wecom } from './wecom.ts';

export const ROBOTS = { dingtalk, feishu, wecom } as const satisfies Record<string, RobotRules>;

export type RobotKind = keyof typeof ROBOTS;
