import pc from 'picocolors';
import type { Service } from '../serverless/service-file.js';
import type { LocalRun } from './run-local.js';
import { curlFor } from './sample-curl.js';
import { watched } from './watch.js';

/** The one screen of `npm start`: what runs where, a command to paste for each route, when each timer fires, what to try next. */
export function startScreen(run: LocalRun, readyMs: number, watches: boolean): string {
  const { service, platform, cloud, database } = run;
  return [
    '',
    `${pc.bold('fleetbatch')} is ready after ${seconds(readyMs)} s, ${seconds(run.startMs)} s after the build`,
    '',
    `  API    ${pc.cyan(platform.url)}`,
    `  Cloud  ${pc.cyan(cloud.url)}   emulated: IAM, CES, IEF, ROMA, IoTDA, FunctionGraph; it checks every signature`,
    ...(database ? [`  Data   ${pc.cyan(database.url)}   ${database.description}`] : []),
    ...developmentLines(run, watches),
    '',
    ...routeLines(service, platform.url, run.pushToken),
    pc.bold('Timers'),
    ...timerLines(run),
    '',
    pc.bold('See what the cloud saw'),
    `  curl -s ${cloud.url}/_local/state`,
    `  curl -s '${cloud.url}/_local/requests?limit=5'`,
    '',
    pc.bold('Try next'),
    `  an overloaded cloud   curl -s ${cloud.url}/_local/faults -H 'content-type: application/json' -d '{"operation":"ces.createInvocations","times":1,"status":503}'`,
    `  a timer, now          curl -s -X POST ${platform.url}/_local/timers/${platform.timers()[0]?.name ?? 'NAME'}/fire`,
    '  signed pushes         IOTDA_PUSH_TOKEN=mytoken npm start',
    '  one function, once    npm run invoke -- list-invocations events/list-invocations.timer.json',
    '  everything, once      npm run demo',
    '',
    pc.dim('One line per invocation follows. Ctrl+C stops everything.'),
    '',
  ].join('\n');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function developmentLines({ debugged }: LocalRun, watches: boolean): string[] {
  return [
    ...(watches
      ? [`  Watch  ${watched.join(', ')}: a change is built and replaces the functions that it changes`]
      : []),
    ...(debugged
      ? [
          `  Debug  ${debugged.functionName} waits on ${pc.cyan(`127.0.0.1:${debugged.port}`)}: chrome://inspect, or attach from the editor;`,
          '         it has one instance, which is never frozen, and no time limit ends it',
        ]
      : []),
  ];
}

function routeLines(service: Service, url: string, pushToken: string | undefined): string[] {
  const lines = [pc.bold('Routes')];
  for (const fn of service.functions) {
    for (const route of fn.routes) {
      lines.push(
        `  ${pc.green(route.method.padEnd(4))} ${route.path}  ${pc.dim(fn.name)}`,
        `    ${curlFor(fn.name, route, url, pushToken)}`,
        '',
      );
    }
  }
  return lines;
}

function timerLines(run: LocalRun): string[] {
  return run.platform.timers().map((timer) => {
    const next = timer.next ? `next ${timer.next.toISOString()}` : 'does not fire by itself (DISABLED)';
    return `  ${timer.name.padEnd(26)} ${timer.function.padEnd(22)} ${timer.schedule.padEnd(40)} ${timer.active ? next : pc.dim(next)}`;
  });
}
