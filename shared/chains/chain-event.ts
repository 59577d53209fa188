import { createHash } from 'node:crypto';
import type { BatchtaskEvent } from '../schemas/iotda-batchtask-push.js';
import type { Chain, JsonObject } from './chain.js';

/** What starts runs: `event` is what expressions see, `key` tells one happening from another. */
export interface ChainEvent {
  readonly trigger: 'batchtask' | 'timer' | 'manual' | 'chain';
  readonly event: JsonObject;
  readonly key: string;
}

/** A field of a push is not signed and has no promised length. */
const LONGEST_FIELD = 4_000;

/** Keys are hashed: they have one length then, and the database takes every character in them. */
function keyOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/**
 * The event of a batch task's news. The same task, status and time are the same event; without a time the request id decides, and
 * without both the moment at which it was known: a task that ends again after a retry can be told of in the very same words.
 * @param knownAtMs when the push came, or IoTDA was asked
 */
export function batchtaskEvent(push: BatchtaskEvent, knownAtMs: number): ChainEvent {
  const { raw: _, ...fields } = push;
  const event = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [[name, typeof value === 'string' ? value.slice(0, LONGEST_FIELD) : value]];
    }),
  );
  const moment = push.event_time_ms ?? push.request_id ?? knownAtMs;
  // Waitting and Waiting are one status.
  const status = push.state === 'Unknown' ? push.status : push.state;
  return { trigger: 'batchtask', event, key: keyOf('batchtask', push.task_id, status, moment) };
}

/** The event of a timer that fired. @param time as the platform gave it; a repeated delivery gives the same one */
export function timerEvent(name: string, time: string): ChainEvent {
  return { trigger: 'timer', event: { name, time }, key: keyOf('timer', name, time) };
}

/** The event of a person or a program that starts a chain. @param key tells one start from another, an Idempotency-Key or a fresh id */
export function manualEvent(event: JsonObject, key: string): ChainEvent {
  return { trigger: 'manual', event, key: keyOf('manual', key) };
}

/** The event of a chain that another run starts because it failed; once for each failure. */
export function chainEvent(event: JsonObject, failure: JsonObject, key: string): ChainEvent {
  return { trigger: 'chain', event: { ...event, failure }, key: keyOf('chain', key) };
}

/** Whether a happening starts a chain. What a person or another chain starts is named, and not matched. */
export function startsChain(chain: Chain, { trigger: kind, event }: ChainEvent): boolean {
  if (chain.trigger.type === 'timer') return kind === 'timer' && event.name === chain.trigger.name;
  return kind === 'batchtask' && isMeantFor(chain, event);
}

/**
 * Whether the news of a batch task starts a chain, told from the push itself: making the event of every push, which most chains are
 * not meant for, took a seventh of the receiver's own time.
 */
export function isMeantFor(
  { trigger }: Chain,
  { state, task_type, app_id }: { readonly state?: unknown; readonly task_type?: unknown; readonly app_id?: unknown },
): boolean {
  if (trigger.type !== 'batchtask') return false;
  return passes(trigger.status, state) && passes(trigger.task_type, task_type) && passes(trigger.app_id, app_id);
}

function passes(list: readonly string[] | undefined, value: unknown): boolean {
  return list === undefined || list.some((word) => word === value);
}
