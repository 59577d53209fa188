import { unzipSync, zipSync } from 'fflate';
import * as z from 'zod/mini';
import type { CodeFiles } from '../functiongraph/stage-code.js';
import { type Call, errorReply, type Reply } from './cloud-operation.js';
import { fss } from './functiongraph-errors.js';
import { strangerOf } from './stranger.js';

/** Limits page, in bytes: the zip and the source as they are uploaded, and what a zip may become. */
const largestZip = 50 * 1024 * 1024;
const largestSource = 10 * 1024;
const largestUnzipped = 1500 * 1024 * 1024;

/** Code of the types `obs`, `jar` and `Custom-Image-Swr` lies in services that are not here. */
const codeType = z.enum(
  ['zip', 'inline'],
  fss(1006, 'Invalid function code entry mode. code_type: this machine takes zip and inline.'),
);
const missing = fss(1012, 'The function code must be configured. Write func_code with the code in base64 in its file.');

export const codeRequest = {
  code_type: codeType,
  code_filename: z.optional(z.string('a text')),
  func_code: z.object({ file: z.string(missing).check(z.minLength(1, missing)) }, missing),
};

export interface CodeRequest {
  readonly code_type: z.infer<typeof codeType>;
  readonly code_filename?: string | undefined;
  readonly func_code: { readonly file: string };
}

/** Code that can be run: what is kept, and what is in it. */
export interface ReadCode {
  readonly code_type: CodeRequest['code_type'];
  readonly code_filename: string;
  readonly zip: Buffer;
  readonly files: CodeFiles;
}

/**
 * Reads uploaded code and looks for the file that the handler is in. The platform may look for it only at the first invocation
 * (not confirmed); a function that cannot run is refused here at once, with what is wrong.
 */
export function readCode(request: CodeRequest, handler: string): { code: ReadCode } | { refused: Reply } {
  const bytes = Buffer.from(request.func_code.file, 'base64');
  const { code_type, code_filename: name } = request;
  if (code_type === 'inline') return readSource(bytes, `${fileOf(handler)}.js`);
  if (bytes.length > largestZip) {
    const text = `The size of the code package to be uploaded exceeds the maximum allowed limit (50 MB). It has ${bytes.length} bytes.`;
    return { refused: errorReply(413, 'FSS.1071', text) };
  }
  const files = unzip(bytes);
  if (!files) return refused('func_code.file is not a zip in base64.');
  const problem = pathProblem(files) ?? handlerProblem(files, handler);
  return problem ? refused(problem) : { code: { code_type, code_filename: name ?? 'index.zip', zip: bytes, files } };
}

function readSource(source: Buffer, code_filename: string): { code: ReadCode } | { refused: Reply } {
  if (source.length > largestSource) {
    const text = `The size of the inline code exceeds the maximum allowed limit (10 KB). It has ${source.length} bytes.`;
    return { refused: errorReply(413, 'FSS.1072', text) };
  }
  const files = { [code_filename]: source };
  // The same moment in every zip: the same source then has the same digest.
  const zip = Buffer.from(zipSync(files, { mtime: new Date(1980, 0, 1, 12) }));
  return { code: { code_type: 'inline', code_filename, zip, files } };
}

function pathProblem(files: CodeFiles): string | undefined {
  const paths = Object.keys(files);
  const escapes = paths.find((path) => path.startsWith('/') || path.split(/[\\/]/).includes('..'));
  if (escapes !== undefined) return `The zip has a file ${escapes}, which leads out of its folder.`;
  const folders = new Set(paths.flatMap((path) => path.split('/').map((_, i, names) => names.slice(0, i).join('/'))));
  const unwritable = paths.find((path) => folders.has(path) || path.includes('\0') || path.split('/').some(isTooLong));
  if (unwritable === undefined) return undefined;
  return `The zip has a file ${JSON.stringify(unwritable)}, which no folder can have: its name is too long, holds NUL, or is that of a folder, too.`;
}

/** File systems take names of 255 bytes. */
function isTooLong(name: string): boolean {
  return Buffer.byteLength(name) > 255;
}

/** Code runs on this machine, so only its own programs may bring any; undefined where the call is from one of them. */
export function strangerRefusal({ headers }: Call): Reply | undefined {
  const stranger = strangerOf(headers.get('host'), headers.get('origin'));
  return stranger === undefined ? undefined : errorReply(403, 'FSS.0403', `Forbidden. ${stranger}.`);
}

/** What is wrong with a handler for this code, or undefined. */
export function handlerProblem(files: CodeFiles, handler: string): string | undefined {
  const file = `${fileOf(handler)}.js`;
  if (files[file]) return undefined;
  const deeper = Object.keys(files).find((path) => path.endsWith(`/${file}`));
  const where = deeper ? `It is in a folder (${deeper}): zip the content of the folder, not the folder.` : '';
  const there = Object.keys(files).slice(0, 5).join(', ');
  return `The handler ${handler} needs ${file} at the root of the zip. ${where || `There is ${there || 'nothing'}.`}`;
}

/** The files of a zip; undefined where it is none, or would become too large. */
export function unzip(zip: Buffer): CodeFiles | undefined {
  let size = 0;
  try {
    const all = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        size += originalSize;
        return size <= largestUnzipped && !name.endsWith('/');
      },
    });
    return size > largestUnzipped ? undefined : all;
  } catch {
    return undefined;
  }
}

function refused(text: string): { refused: Reply } {
  return { refused: errorReply(400, 'FSS.1011', `Invalid function code. ${text}`) };
}

function fileOf(handler: string): string {
  return handler.slice(0, handler.lastIndexOf('.'));
}
