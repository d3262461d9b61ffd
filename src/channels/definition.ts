// What a kind of channel says of itself: its name, its settings, how an account of it is built. Knows no kind and no environment.
import type { ChannelAccount } from '../contract/conversation.ts';
import type { Outgoing } from '../providers/outgoing.ts';
import type { Setting } from '../setting.ts';
import type { Channel, Media } from './channel.ts';
import type { ChannelMemory } from './memory.ts';

export interface Words {
  zh: string;
  en: string;
}

export interface ChannelField extends Setting<string> {
  label: Words;
  /** Where it is found on the platform, or what it is for. */
  hint?: Words;
  /** What follows the prefix in the environment, e.g. `AES_KEY`; null: it comes from elsewhere. */
  env: string | null;
  /** Sealed where it is kept, and never shown again. */
  secret?: true;
  /** Only the environment sets it: an account that an admin adds takes what is said there. */
  operatorOnly?: true;
  /** An admin does not choose it: it is made here and shown once. */
  make?: () => string;
  /** Holds the secret of that field from before its last rotation, while both are valid. */
  previousOf?: string;
  /** An address we call: checked before it is kept. */
  address?: true;
}

export type ChannelValues<F extends string> = Readonly<Record<F, string>>;

/** What the house lends to the channel of one account. */
export interface ChannelTools<F extends string = string> {
  /** The way out to the address in that field; private ones only when the operator wrote it. */
  outgoing(field: F): Outgoing;
  memory: ChannelMemory;
  /** A picture of ours that goes out with a message, by the attachment's `id`; null when it is not here any more. */
  picture(id: string): Promise<Media | null>;
  /** `PUBLIC_URL`, without a slash at the end; empty when nobody set it. */
  publicUrl: string;
  /** The sample shop: nothing here is anybody's. */
  isDemo: boolean;
  /** Milliseconds. */
  now(): number;
  onError(error: unknown, where: string): void;
}

export interface ChannelDefinition<F extends string = string> {
  /** Lower case and hyphens; part of the account's address and of every stored row. */
  kind: string;
  label: Words;
  /** Of the environment's names, e.g. `WECHAT_OA_`. */
  prefix: string;
  fields: Readonly<Record<F, ChannelField>>;
  /** Without it the account is off, never open; null: it is always on. */
  key: NoInfer<F> | null;
  /** Whether it is on without its key nevertheless, for trying it out. */
  withoutKey?(tools: Pick<ChannelTools, 'isDemo' | 'publicUrl'>): boolean;
  /** What the platform is told to call, with `:account`; null for channels that nobody has to be told of. */
  callback: string | null;
  /** Where what happens to a conversation besides words is told: `sent` to the platform, `read` by its clients, or `none` where it has no place. */
  events: 'sent' | 'read' | 'none';
  /** Where its routes lie when not below `/channels/<kind>/`, in the server's pattern, e.g. `/v3/directline/*`. */
  roots?: readonly string[];
  /** Rules between the fields that are broken; `name` says how a field is called where it was filled in, with the space before it that it needs. */
  problems?(values: ChannelValues<F>, name: (field: F) => string): { field: F; text: string }[];
  /** @throws AppError `bad_setting` when the values contradict each other */
  create(account: ChannelAccount, values: ChannelValues<F>, tools: ChannelTools<F>): Channel;
}

/** Lets the compiler find the names of the fields. */
export const defineChannel = <F extends string>(definition: ChannelDefinition<F>): ChannelDefinition<F> => definition;

export const fieldsOf = (definition: ChannelDefinition): [string, ChannelField][] => Object.entries(definition.fields);

/** The variable of the environment that sets a field. */
export const variableOf = (definition: ChannelDefinition, field: string): string | null => {
  const { env } = definition.fields[field]!;
  return env === null ? null : `${definition.prefix}${env}`;
};

/** Null when the account lacks what opens it. @throws AppError `bad_setting` */
export const createChannel = (
  definition: ChannelDefinition,
  account: ChannelAccount,
  values: ChannelValues<string>,
  tools: ChannelTools,
): Channel | null =>
  definition.key !== null && (values[definition.key] ?? '').trim() === '' && !definition.withoutKey?.(tools)
    ? null
    : definition.create(account, values, tools);
