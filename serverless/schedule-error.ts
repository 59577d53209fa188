/** A timer's schedule that the platform would refuse. The message ends in what to write instead. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';

  constructor(problem: string, remedy: string) {
    super(`${problem}. ${remedy}.`);
  }
}
