// Programs of others that bear witness, found where scripts/test-production.ts installs them; they are no part of the product.
import { createRequire } from 'node:module';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '../witness');
const require = createRequire(path.join(folder, 'package.json'));

/** A package of test/witness, as it was published. */
export const witness = <T>(name: string): T => require(name) as T;
export const witnessFile = (file: string): string => path.join(folder, 'node_modules', file);
