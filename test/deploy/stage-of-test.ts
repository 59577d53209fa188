import { afterEach, beforeEach } from 'vitest';
import { type Double, type DoubleOptions, type KeptFunction, startDouble } from './functiongraph-double.js';
import { type SmallProject, smallProject } from './small-project.js';

/** A project and a double for each test of a file. */
export interface TestStage {
  readonly project: SmallProject;
  readonly double: Double;
  /** Another double in place of the first. */
  restart(options: DoubleOptions): Promise<void>;
  kept(name: string): KeptFunction;
  variables(name: string): Record<string, string>;
}

export function urn(name: string): string {
  return `urn:fss:cn-north-4:0123456789abcdef0123456789abcdef:function:default:${name}`;
}

export function testStage(): TestStage {
  let double: Double;
  let project: SmallProject;
  beforeEach(async () => {
    double = await startDouble();
    project = smallProject(() => double.url);
  });
  afterEach(async () => {
    project.remove();
    await double.close();
  });
  const kept = (name: string) => {
    const fn = double.functions.get(urn(name));
    if (!fn) throw new Error(`${name} is not there`);
    return fn;
  };
  return {
    get project() {
      return project;
    },
    get double() {
      return double;
    },
    async restart(options) {
      await double.close();
      double = await startDouble(options);
    },
    kept,
    variables: (name) => JSON.parse(String(kept(name).config.user_data)),
  };
}
