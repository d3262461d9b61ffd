// All settings there are: the program's own and those that each channel brings.
import { type ChannelDefinition, fieldsOf, variableOf } from './channels/definition.ts';
import { CHANNELS } from './channels/table.ts';
import { type Config, SETTINGS as OWN, readConfig } from './config.ts';
import type { Setting } from './setting.ts';

const variablesOf = (definition: ChannelDefinition): [string, Setting<string>][] =>
  fieldsOf(definition).flatMap(([name, field]) => {
    const variable = variableOf(definition, name);
    return variable === null ? [] : [[variable, field] as [string, Setting<string>]];
  });

type Table = readonly ChannelDefinition[];

const settingsOf = (table: Table): Readonly<Record<string, Setting<string>>> =>
  Object.fromEntries(table.flatMap(variablesOf));

/** In the order of `.env.example`. */
export const SETTINGS: Readonly<Record<string, Setting<unknown>>> = { ...OWN, ...settingsOf(CHANNELS) };

/** An account that is off may be half filled in. */
function contradictions(table: Table, env: Readonly<Record<string, string>>): string[] {
  return table.flatMap((definition) => {
    const values = Object.fromEntries(
      fieldsOf(definition).map(([name]) => [name, env[variableOf(definition, name) ?? ''] ?? '']),
    );
    if (definition.key === null || values[definition.key] === '') return [];
    const found = definition.problems?.(values, (field) => ` ${variableOf(definition, field)} `) ?? [];
    return found.map(({ text }) => text.trim().replaceAll(' ，', '，'));
  });
}

/**
 * Reads flags, then the environment, then `.env` (first one wins).
 * @throws AppError `bad_setting` with one line per problem, all at once.
 */
export const loadConfig = (
  argv?: readonly string[],
  env?: Readonly<Record<string, string | undefined>>,
  envFile?: string,
  table: Table = CHANNELS,
): Config =>
  readConfig(
    { settings: settingsOf(table), contradictions: (values) => contradictions(table, values) },
    argv,
    env,
    envFile,
  );
