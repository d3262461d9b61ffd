// The robots in the groups of the staff that the settings name, told together. Knows no platform and no notice.
import type { Config } from './config.ts';
import { createOutgoing, hostIn } from './providers/outgoing.ts';
import { createGroupRobot } from './providers/robots/group-robot.ts';
import type { Notice, RobotTarget } from './providers/robots/robot.ts';
import { ROBOTS, type RobotKind } from './providers/robots/table.ts';

const targetsOf = (c: Config): Record<RobotKind, RobotTarget> => ({
  dingtalk: { url: c.ROBOT_DINGTALK_URL, secret: c.ROBOT_DINGTALK_SECRET },
  feishu: { url: c.ROBOT_FEISHU_URL, secret: c.ROBOT_FEISHU_SECRET },
  wecom: { url: c.ROBOT_WECOM_URL, secret: '' },
});

export interface StaffGroups {
  /** Tells every group. Never rejects: what did not get through is reported, and the rows still say it. */
  tell(notice: Notice): Promise<void>;
  /** All that could be, and which are. */
  list(): { kind: RobotKind; title: string; isOn: boolean }[];
  /** One message to one group; says what the platform made of it. */
  test(kind: RobotKind): Promise<{ ok: boolean; detail: string }>;
}

const TEST: Notice = { title: '接棒：这是一条测试消息', lines: ['看到它就说明群机器人设置正确。'] };

export function createStaffGroups(config: Config, onError: (error: unknown, where: string) => void): StaffGroups {
  const robots = Object.entries(targetsOf(config))
    .filter(([, target]) => target.url !== '')
    .map(([kind, target]) => {
      const outgoing = createOutgoing({ named: [...config.ALLOW_PRIVATE_HOSTS, ...hostIn(target.url)] });
      return createGroupRobot(kind as RobotKind, target, { outgoing });
    });
  return {
    list: () =>
      Object.entries(ROBOTS).map(([kind, { title }]) => ({
        kind: kind as RobotKind,
        title,
        isOn: robots.some((robot) => robot.kind === kind),
      })),
    async test(kind) {
      const robot = robots.find((one) => one.kind === kind);
      if (!robot) return { ok: false, detail: `没有设置，请在 .env 里写好 ROBOT_${kind.toUpperCase()}_URL 后重启` };
      try {
        await robot.tell(TEST);
        return { ok: true, detail: '消息已发到群里' };
      } catch (error) {
        return { ok: false, detail: (error as Error).message };
      }
    },
    async tell(notice) {
      await Promise.all(
        robots.map((robot) =>
          robot.tell(notice).catch((error: unknown) => onError(error, `group robot ${robot.kind}`)),
        ),
      );
    },
  };
}
