import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import type * as z from 'zod/mini';
import { nearMiss } from '../shared/schemas/near-miss.js';
import { lineOf } from './line-of.js';
import type { Path } from './placeholders.js';

/** One thing wrong at one place of the file. */
export interface Problem {
  readonly path: Path;
  readonly text: string;
  /** Which line of a text of several lines it is, from 0. */
  readonly textLine?: number;
}

/** How one kind of file is checked. */
export interface FileKind<Schema extends z.ZodMiniType> {
  /** Every message of it is a remedy; what is wrong with the value, and in which line, is put before it. */
  readonly schema: Schema;
  /** The keys that may stand at a place, to name the one that a mistyped key stands for. */
  readonly keysAt: (path: Path) => readonly string[];
  /** What is done to the parsed YAML before the schema sees it. */
  readonly prepare?: (raw: unknown, complain: (problem: Problem) => void) => unknown;
  /** Rules that no schema can tell; `checked` is undefined where the schema found something. */
  readonly rules?: (raw: unknown, checked: z.output<Schema> | undefined) => readonly Problem[];
  /** True for a place whose value is not for a message. */
  readonly isSecret?: (path: Path) => boolean;
  /** Makes the error of the lines `FILE:LINE: what is wrong. What to write instead.` */
  readonly fail: (problems: readonly string[]) => Error;
}

/**
 * Reads and checks a YAML file that people write.
 * @throws what `fail` makes, with every problem, in the order of the lines
 */
export function readCheckedFile<Schema extends z.ZodMiniType>(path: string, kind: FileKind<Schema>): z.output<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(readText(path, kind.fail), { lineCounter: lines });
  const fail = (problems: readonly { line: number; text: string }[]): never => {
    const sorted = [...problems].sort((a, b) => a.line - b.line);
    throw kind.fail(sorted.map(({ line, text }) => `${basename(path)}:${line}: ${text}`));
  };
  if (document.errors.length > 0) {
    fail(
      document.errors.map((e) => ({
        line: lines.linePos(e.pos[0]).line,
        text: e.code === 'MULTIPLE_DOCS' ? secondDocument : `${firstLine(e.message)} Mend the YAML.`,
      })),
    );
  }

  const loose = looseAliases(document);
  if (loose.length > 0) {
    const text = (name: string) =>
      `*${name} stands for the anchor &${name}, and there is none before it. Put the value in quotes, or write the anchor.`;
    fail(loose.map(({ name, offset }) => ({ line: lines.linePos(offset).line, text: text(name) })));
  }

  const problems: Problem[] = [];
  const parsed = valuesOf(document, () => fail([{ line: 1, text: endlessAliases }]));
  const raw = kind.prepare ? kind.prepare(parsed, (problem) => problems.push(problem)) : parsed;
  const checked = kind.schema.safeParse(raw);
  for (const issue of checked.error?.issues ?? []) problems.push(...describe(issue, raw, kind));
  problems.push(...(kind.rules?.(raw, checked.data) ?? []));
  if (problems.length > 0 || !checked.success) {
    return fail(
      problems.map(({ path: at, text, textLine }) => ({ line: lineOf(document, lines, at, textLine), text })),
    );
  }
  return checked.data;
}

/** Aliases of no anchor, which are found only when the document is turned into values: mostly a text that begins with * and lacks its quotes. */
function looseAliases(document: Document.Parsed): { name: string; offset: number }[] {
  const loose: { name: string; offset: number }[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      if (!alias.resolve(document)) loose.push({ name: alias.source, offset: alias.range?.[0] ?? 0 });
    },
  });
  return loose;
}

const secondDocument = 'a second document begins here (---), and only one is read. Keep one.';
const endlessAliases = 'aliases (*NAME) hold themselves, or multiply beyond all use. Write the values out.';

/** @param orFail where the aliases have no end, or as good as none */
function valuesOf(document: Document.Parsed, orFail: () => never): unknown {
  try {
    const values: unknown = document.toJS();
    // What holds itself cannot be written as JSON.
    JSON.stringify(values);
    return values;
  } catch {
    return orFail();
  }
}

function readText(path: string, fail: (problems: readonly string[]) => Error): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw fail([`${path}: cannot be read (${code}). Run from the folder of the project.`]);
  }
}

interface Issue {
  readonly code: string;
  readonly path: PropertyKey[];
  readonly message: string;
  readonly keys?: string[];
}

/** A zod issue in words: the place, what stands there, and the remedy that the schema holds. */
function describe(
  issue: Issue,
  raw: unknown,
  { keysAt, isSecret }: Pick<FileKind<z.ZodMiniType>, 'keysAt' | 'isSecret'>,
): Problem[] {
  const path = issue.path.filter((segment) => typeof segment !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => {
      const guess = nearMiss(key, keysAt(path));
      const remedy = guess ? `Did you mean ${guess}?` : `Remove it; known are ${keysAt(path).join(', ')}.`;
      return { path: [...path, key], text: `${[...path, key].join('.')} is not a known key. ${remedy}` };
    });
  }
  const [at, value] = standingAt(raw, path);
  const what = whatIs(value, isSecret?.(at) ?? false);
  return [{ path: at, text: `${at.join('.') || 'the file'} ${what}. ${sentence(issue.message)}` }];
}

function whatIs(value: unknown, secret: boolean): string {
  if (value === undefined || value === null) return 'is missing';
  if (value === '') return 'is empty';
  if (typeof value === 'object' || secret) return 'has the wrong form';
  return `is ${JSON.stringify(value)}`;
}

function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}

/** What stands at a place. A text has no places in it: it may stand for a list of one, whose entry the schema names. */
function standingAt(raw: unknown, path: Path): [at: Path, value: unknown] {
  let value = raw;
  for (const [depth, key] of path.entries()) {
    if (typeof value === 'string') return [path.slice(0, depth), value];
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return [path, value];
}

function firstLine(message: string): string {
  const [line = message] = message.split(' at line ');
  return line.endsWith('.') ? line : `${line}.`;
}
