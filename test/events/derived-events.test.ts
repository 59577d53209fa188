import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deriveEvents } from '../../events/derive-events.js';
import { readServiceFile } from '../../serverless/service-file.js';

const folder = new URL('../../events/', import.meta.url);

describe('the samples in events/', () => {
  test.each([...deriveEvents()])('%s is what its input gives today (else: npm run events)', (file, event) => {
    expect(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))).toEqual(event);
  });

  test('there is one of each trigger that a function of serverless.yml can have', () => {
    const withoutRoute = ['timer', 'direct', 'eventbridge'];
    const triggers = [...withoutRoute, 'apig', 'apigateway-v1', 'apigateway-v2', 'function-url'];
    const expected = readServiceFile('serverless.yml').functions.flatMap((fn) =>
      (fn.routes.length > 0 ? triggers : withoutRoute).map((trigger) => `${fn.name}.${trigger}.json`),
    );

    const present = readdirSync(folder).filter((file) => file.endsWith('.json'));

    expect(present.sort()).toEqual(expected.sort());
  });
});
