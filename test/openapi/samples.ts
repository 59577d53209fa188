import { readFileSync } from 'node:fs';

/** A request as FunctionGraph's gateway hands it over. */
export interface ApigEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The sample of events/ for a function with a route. */
export const sampleOf = (name: string): ApigEvent => JSON.parse(readFileSync(`events/${name}.apig.json`, 'utf8'));
