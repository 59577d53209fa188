import { describe, expect, it } from 'vitest';
import { CloudReplyError } from '../../../shared/client/errors.js';
import { isGone, listBatchtasks, showBatchtask } from '../../../shared/client/iotda.js';
import { cloudThatSays } from './services-cloud.js';

describe('a batch task', () => {
  it.each([
    ['rows', { batchtasks: [{ task_id: 'task-1' }] }, [{ task_id: 'task-1' }]],
    ['no rows', { batchtasks: [] }, []],
  ])('is listed by type and state, with %s', async (_name, body, rows) => {
    const cloud = cloudThatSays(body);

    expect(await listBatchtasks(cloud, 'softwareUpgrade', 'Success')).toMatchObject(rows);
    expect(cloud.calls[0]?.query).toEqual([
      ['task_type', 'softwareUpgrade'],
      ['status', 'Success'],
      ['limit', '50'],
    ]);
  });

  it('is shown as the cloud has it', async () => {
    const task = { task_id: 'task-1', status: 'Success' };

    expect(await showBatchtask(cloudThatSays({ batchtask: task }), 'task-1')).toMatchObject(task);
  });

  it('is refused where the answer has none', async () => {
    await expect(showBatchtask(cloudThatSays({}), 'task-1')).rejects.toThrow(CloudReplyError);
  });

  it.each([
    ['the task is not there', 'IOTDA.014200', true],
    ['the application is not there, in mixed case', 'IoTDA.001000', true],
    ['something else is wrong', 'IOTDA.000001', false],
    ['there is no code', undefined, false],
  ])('is gone only where the code says so: %s', (_name, code, gone) => {
    const upstream = { service: 'iotda', ...(code === undefined ? {} : { error_code: code }) };

    expect(isGone(new CloudReplyError('no', upstream))).toBe(gone);
  });

  it('is not gone for a failure that is not of the cloud', () => {
    expect(isGone(new Error('IOTDA.014200'))).toBe(false);
  });
});
