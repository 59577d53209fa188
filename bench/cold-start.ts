import { median, shuffled } from './median.js';
import { runProbe } from './run-probe.js';

export interface Contestant {
  readonly name: string;
  /** File of its bundle. */
  readonly handler: string;
}

/** Medians, in milliseconds. */
export interface ColdStart {
  readonly name: string;
  /** `require` of the bundle. */
  readonly load: number;
  /** Load and the first answered call. */
  readonly sum: number;
  /** From the start of the process to the answer. */
  readonly process: number;
  /** What load and first call took of the processors, all threads together: less moved by what else the machine does. */
  readonly cpu: number;
}

/** Starts each contestant `samples` times in fresh processes, one after the other, in random order. */
export async function measureColdStarts<Role extends string>(
  contestants: Readonly<Record<Role, Contestant>>,
  samples: number,
  run: { readonly probe: string; readonly cloudUrl: string; readonly home: string; readonly certificate?: string },
): Promise<Record<Role, ColdStart>> {
  const taken = Object.entries<Contestant>(contestants).map(([role, contestant]) => ({
    role,
    contestant,
    load: [] as number[],
    sum: [] as number[],
    process: [] as number[],
    cpu: [] as number[],
  }));
  for (const one of shuffled(taken.flatMap((entry) => Array.from({ length: samples }, () => entry)))) {
    const found = await runProbe(run.probe, [one.contestant.handler], run.cloudUrl, run.home, run.certificate);
    one.process.push(found.answered ?? Number.NaN);
    one.load.push(found.load ?? Number.NaN);
    one.sum.push(found.sum ?? Number.NaN);
    one.cpu.push(found.cpu ?? Number.NaN);
  }
  const medians = taken.map(({ role, contestant: { name }, load, sum, process, cpu }): [string, ColdStart] => [
    role,
    { name, load: median(load), sum: median(sum), process: median(process), cpu: median(cpu) },
  ]);
  return Object.fromEntries(medians) as Record<Role, ColdStart>;
}
