import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deriveEvents } from '../../events/derive-events.js';
import { readServiceFile } from '../../serverless/service-file.js';

const folder = new URL('../../events/', import.meta.url);

describe('the samples in events/', () => {
  test.each([...deriveEvents()])('%s is what its input gives today (else: npm run events)', (file, event) => {
    expect(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))).toEqual(event);
  });

  test('there is one of each trigger for every function of serverless.yml', () => {
    const triggers = ['apig', 'timer', 'direct', 'apigateway-v1', 'apigateway-v2', 'function-url', 'eventbridge'];
    const expected = readServiceFile('serverless.yml').functions.flatMap((fn) =>
      triggers.map((trigger) => `${fn.name}.${trigger}.json`),
    );

    const present = readdirSync(folder).filter((file) => file.endsWith('.json'));

    expect(present.sort()).toEqual(expected.sort());
  });
});
