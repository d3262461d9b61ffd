// The robots in the groups of the staff that the settings name, told together. Knows no platform and no notice.
import type { Config } from './config.ts';
import { createOutgoing, hostIn } from './providers/outgoing.ts';
import { createGroupRobot } from './providers/robots/group-robot.ts';
import type { Notice, RobotTarget } from './providers/robots/robot.ts';
import type { RobotKind } from './providers/robots/table.ts';

const targetsOf = (c: Config): Record<RobotKind, RobotTarget> => ({
  dingtalk: { url: c.ROBOT_DINGTALK_URL, secret: c.ROBOT_DINGTALK_SECRET },
  feishu: { url: c.ROBOT_FEISHU_URL, secret: c.ROBOT_FEISHU_SECRET },
  wecom: { url: c.ROBOT_WECOM_URL, secret: '' },
});

export interface StaffGroups {
  /** Tells every group. Never rejects: what did not get through is reported, and the rows still say it. */
  tell(notice: Notice): Promise<void>;
}

export function createStaffGroups(config: Config, onError: (error: unknown, where: string) => void): StaffGroups {
  const robots = Object.entries(targetsOf(config))
    .filter(([, target]) => target.url !== '')
    .map(([kind, target]) => {
      const outgoing = createOutgoing({ named: [...config.ALLOW_PRIVATE_HOSTS, ...hostIn(target.url)] });
      return createGroupRobot(kind as RobotKind, target, { outgoing });
    });
  return {
    async tell(notice) {
      await Promise.all(
        robots.map((robot) =>
          robot.tell(notice).catch((error: unknown) => onError(error, `group robot ${robot.kind}`)),
        ),
      );
    },
  };
}
