import * as z from 'zod/mini';
import { parseSchedule } from '../../serverless/schedule.js';
import type { ServiceRoute, ServiceTimer } from '../../serverless/service-file.js';
import type { Reply } from './cloud-operation.js';
import { fss, readBody } from './functiongraph-errors.js';
import type { FgsTrigger } from './functiongraph-state.js';

/** The `event_data` of the triggers that exist on one machine (page of creating a trigger). */

const timer = (text: string) => fss(1109, `Invalid timer trigger parameters. ${text}`);
const timerName = timer('event_data.name: 1 to 64 letters, digits, - and _, a letter first.');
const timerSchedule = timer('event_data.schedule: a schedule such as 15m, or 0 30 2 * * * with the seconds first.');

const timerData = z.object(
  {
    name: z.string(timerName).check(z.regex(/^[A-Za-z][\w-]{0,63}$/, timerName)),
    schedule_type: z.enum(['Rate', 'Cron'], timer('event_data.schedule_type: Rate or Cron.')),
    schedule: z.string(timerSchedule).check(z.minLength(1, timerSchedule)),
    user_event: z.optional(z.string(timer('event_data.user_event: a text.'))),
  },
  timer('event_data: an object.'),
);

const apig = (text: string) => fss(1107, `Invalid APIG trigger parameters. ${text}`);
const apiName = apig('event_data.name: 3 to 64 letters, digits and _, a letter first.');
const apiPath = apig('event_data.path: a path that begins with /.');
const apiGroup = apig('event_data.group_id: the id of the API group; any text will do on this machine.');
const apiTimeout = apig('event_data.func_info.timeout: 1 to 60,000 ms.');

const routeData = z.object(
  {
    name: z.string(apiName).check(z.regex(/^[A-Za-z]\w{2,63}$/, apiName)),
    group_id: z.string(apiGroup).check(z.minLength(1, apiGroup)),
    path: z.string(apiPath).check(z.regex(/^\/\S*$/, apiPath)),
    req_method: z.enum(
      ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'ANY'],
      apig('event_data.req_method: GET, POST, PUT, DELETE, HEAD, PATCH, OPTIONS or ANY.'),
    ),
    auth: z.enum(['IAM', 'APP', 'NONE'], apig('event_data.auth: IAM, APP or NONE.')),
    match_mode: z.optional(z.enum(['SWA', 'NORMAL'], apig('event_data.match_mode: SWA for a prefix, or NORMAL.'))),
    func_info: z.optional(
      z.object(
        { timeout: z.optional(z.int(apiTimeout).check(z.gte(1, apiTimeout), z.lte(60_000, apiTimeout))) },
        apig('event_data.func_info: an object.'),
      ),
    ),
  },
  apig('event_data: an object.'),
);

type Type = FgsTrigger['trigger_type_code'];

/** What is wrong with the data of a trigger, as the API says it; undefined where it is right. `zone` is that of the region. */
export function refusalOf(type: Type, eventData: unknown, zone: string): Reply | undefined {
  if (type !== 'TIMER') {
    const read = readBody(routeData, eventData ?? null);
    return 'refused' in read ? read.refused : undefined;
  }
  const withSchedule = timerData.check(
    z.superRefine(({ schedule_type, schedule }, context) => {
      try {
        parseSchedule({ type: schedule_type, schedule, defaultZone: zone });
      } catch (error) {
        const message = timer(`event_data.schedule: ${error instanceof Error ? error.message : error}`);
        context.addIssue({ code: 'custom', message });
      }
    }),
  );
  const read = readBody(withSchedule, eventData ?? null);
  return 'refused' in read ? read.refused : undefined;
}

/** The routes among checked triggers; defaults as the trigger page gives them. */
export function routesOf(triggers: readonly FgsTrigger[]): ServiceRoute[] {
  return triggers.flatMap((trigger) => {
    if (trigger.trigger_type_code === 'TIMER') return [];
    const { name, req_method, path, auth, match_mode = 'SWA', func_info } = z.parse(routeData, trigger.event_data);
    const timeoutMs = func_info?.timeout ?? 5000;
    return [{ name, method: req_method, path, auth, matchMode: match_mode, timeoutMs, active: isActive(trigger) }];
  });
}

/** The timers among checked triggers. */
export function timersOf(triggers: readonly FgsTrigger[]): ServiceTimer[] {
  return triggers.flatMap((trigger) => {
    if (trigger.trigger_type_code !== 'TIMER') return [];
    const { name, schedule_type, schedule, user_event = '' } = z.parse(timerData, trigger.event_data);
    return [{ name, scheduleType: schedule_type, schedule, userEvent: user_event, active: isActive(trigger) }];
  });
}

function isActive(trigger: FgsTrigger): boolean {
  return trigger.trigger_status === 'ACTIVE';
}
