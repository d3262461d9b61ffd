// All profiles, one line each. A shop's channel account names one of them; `generic` serves where nothing is judged from outside.
import type { Profile } from '../profile.ts';
import { DOUDIAN } from './doudian.ts';
import { GENERIC } from './generic.ts';
import { JD } from './jd.ts';
import { KUAISHOU } from './kuaishou.ts';
import { PINDUODUO } from './pinduoduo.ts';
import { TAOBAO } from './taobao.ts';
import { WECOM_KF } from './wecom-kf.ts';

export const PROFILES: readonly Profile[] = [TAOBAO, DOUDIAN, PINDUODUO, JD, KUAISHOU, WECOM_KF, GENERIC];

/** @throws Error when there is no profile of this id. */
export function profileOf(id: string): Profile {
  const profile = PROFILES.find((p) => p.id === id);
  if (profile === undefined) throw new Error(`no metric profile ${id}, only ${PROFILES.map((p) => p.id).join(', ')}`);
  return profile;
}
