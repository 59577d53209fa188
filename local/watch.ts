import { execFile } from 'node:child_process';
import { readServiceFile } from '../serverless/service-file.js';
import { deployHere } from './deploy-here.js';
import { plainError, UsageError } from './plain-errors.js';
import { movePush } from './push-target.js';
import type { LocalRun } from './run-local.js';
import { type SourceWatch, watchSources } from './watch-sources.js';

/** What the bundles are made of. */
export const watched = ['functions', 'shared', 'serverless.yml', 'chains.yml'];

/**
 * `npm start -- --watch`: builds after each change of the sources and replaces the functions that became others. Where the build
 * fails, its reason is told and the last good version goes on serving.
 */
export function watchAndReplace(
  run: Pick<LocalRun, 'cloud' | 'platform' | 'pushToken'>,
  report: (line: string) => void,
): Promise<SourceWatch> {
  return watchSources(watched, {
    quietMs: 150,
    rebuild: async () => {
      const started = performance.now();
      await build();
      const service = readServiceFile('serverless.yml');
      const done = await deployHere(service, run.cloud);
      movePush(run, service);
      const said = done.length > 0 ? done.join(', ') : 'no function has changed';
      report(`rebuilt in ${((performance.now() - started) / 1000).toFixed(1)} s: ${said}`);
    },
    onError: (error) => report(`${plainError(error)}\nNothing was replaced: the last good version goes on serving.`),
  });
}

/** In a process of its own: this one has loaded the sources as they were, and would keep them. */
function build(): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['build.mjs', '--no-types'], (error, _stdout, stderr) => {
      if (error) reject(new UsageError(stderr.trim() || error.message));
      else resolve();
    });
  });
}
