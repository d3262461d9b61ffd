// The fictional channel withstands what every channel has to.
import { describeChannel } from '../channel-suite.ts';
import { lanternHarness } from './harness.ts';

describeChannel(lanternHarness);
