import { describe, expect, it } from 'vitest';
import { listRuns, showRun } from '../../../shared/chains/runs.js';
import type { Queryable } from '../../../shared/store/database.js';
import { testStores } from '../store/test-databases.js';
import { allStarted, chain, engineTests, step } from './engine-stage.js';

describe.each(await testStores())('runs on $name', (store) => {
  const on = engineTests(store);

  it('are listed newest first, by chain, state and time, with the number of all', async () => {
    const ids = [];
    for (const name of ['a', 'b', 'a']) ids.push(await on.stage.start(chain(name, [step({ name: 'one' })])));
    await on.stage.pass();

    const listed = await listRuns(on.test.database, { limit: 2 });
    expect(listed).toMatchObject({
      total: 3,
      runs: [{ id: ids[2], chain: 'a', state: 'finished', step: 'one', steps: 1 }, { id: ids[1] }],
    });
    expect((await listRuns(on.test.database, { chain: 'a' })).total).toBe(2);
    expect((await listRuns(on.test.database, { state: 'failed' })).total).toBe(0);
    expect((await listRuns(on.test.database, { from: Date.now() + 60_000 })).total).toBe(0);
    expect((await listRuns(on.test.database, { to: Date.now() + 60_000, offset: 2 })).runs).toHaveLength(1);
  });

  it('are listed without their events, which can have megabytes', async () => {
    for (let i = 0; i < 3; i += 1) {
      await on.stage.start(chain('large', [step({ name: 'one' })]), { text: 'e'.repeat(50_000) });
    }
    let characters = 0;
    const query: Queryable['query'] = async <Row>(...asked: Parameters<Queryable['query']>) => {
      const rows = await on.test.database.query<Row>(...asked);
      characters += JSON.stringify(rows).length;
      return rows;
    };

    const { runs } = await listRuns({ query });

    expect(runs).toMatchObject(Array(3).fill({ chain: 'large', step: 'one', steps: 1 }));
    expect(characters).toBeLessThan(5_000);
  });

  it('are shown with steps, attempts and masked secrets', async () => {
    on.stage.answer = (_call, index) =>
      index === 0 ? { kind: 'not-sent', code: 'CLOUD_CONNECTION', message: 'not reached' } : allStarted;
    const input = { remote_install_meta: [{ password: 'hunter2', port: '22' }] };
    const id = await on.stage.start(chain('one', [step({ name: 'one', input })]), { token: 'abc' });
    await on.stage.passes(id);

    expect(await showRun(on.test.database, 'no-such-run')).toBeUndefined();
    const shown = await showRun(on.test.database, id);
    expect(shown).toMatchObject({
      state: 'finished',
      event: { token: '***' },
      steps_so_far: [
        {
          name: 'one',
          state: 'done',
          input: { remote_install_meta: [{ password: '***', port: '22' }], on_unknown: 'reconcile' },
          attempts: [
            { attempt: 1, outcome: 'not-sent', code: 'CLOUD_CONNECTION' },
            { attempt: 2, outcome: 'answered', status: 200 },
          ],
        },
      ],
    });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
  });

  it('are shown without the secrets of containers, whether task_data is an object or its text', async () => {
    const taskData = {
      deployment: {
        env: [
          { name: 'DB_PASSWORD', value: 'hunter2' },
          { name: 'MODE', value: 'fast' },
        ],
      },
    };
    const inputs = [taskData, JSON.stringify(taskData)].map((task_data) => ({ job_content: { task_data } }));
    const id = await on.stage.start(
      chain(
        'one',
        inputs.map((input, i) => step({ name: `step_${i}`, input })),
      ),
    );
    await on.stage.passes(id);

    const shown = JSON.stringify(await showRun(on.test.database, id));
    expect(shown).not.toContain('hunter2');
    expect(shown.match(/DB_PASSWORD/g)).toHaveLength(2);
    expect(shown.match(/fast/g)).toHaveLength(2);
  });
});
