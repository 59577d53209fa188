import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChainsFileError, readChainsFile } from '../../serverless/chains-file.js';
import type { Chain } from '../../shared/chains/chain.js';

/** A small file that has nothing wrong. */
export const small = `chains:
  resume:
    trigger:
      type: batchtask
      task_type: softwareUpgrade
      status: [Success, PartialSuccess]
    steps:
      - name: upgrade
        function: create-invocations
        input:
          invocation_type: UPDATE
          instance_ids: "{% [event.ids] %}"
        until: finished
        retry_failed: 2
      - name: start_tasks
        function: start-stop-roma-tasks
        for_each: [roma-1, roma-2]
        input:
          instance_id: "{% item %}"
          action_id: start
          list: |
            {%
              [steps.upgrade.result.invocations.{'task_id': instance_id}]
            %}
        on_failure: chain tell
  tell:
    trigger: { type: timer, name: nightly }
    steps:
      - { name: look, function: list-invocations, input: { all: true } }
`;

/** Reads a text as if it were the file. @throws ChainsFileError */
export function readChains(text: string): Chain[] {
  const folder = mkdtempSync(join(tmpdir(), 'chains-file-'));
  const path = join(folder, 'chains.yml');
  writeFileSync(path, text);
  try {
    return readChainsFile(path, ['nightly', 'weekly']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The problems of the small file after one replacement. */
export function problemsAfter(from: string | RegExp, to: string): readonly string[] {
  const text = small.replace(from, to);
  if (text === small) throw new Error('the replacement changed nothing');
  try {
    readChains(text);
    return [];
  } catch (error) {
    if (error instanceof ChainsFileError) return error.problems;
    throw error;
  }
}
