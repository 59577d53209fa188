import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from './write-whole.js';

/** Keeps the zips of functions by their digests. */
export interface CodeStore {
  /** Resolves to the digest when the zip is safely kept. */
  put(zip: Buffer): Promise<string>;
  /** @throws Error where there is no such zip any more */
  get(digest: string): Promise<Buffer>;
  /** Drops every zip that is not one of these. */
  keepOnly(digests: ReadonlySet<string>): Promise<void>;
}

/** SHA-512 in hexadecimal digits: what the platform tells new code by (the field `digest`). */
export function digestOf(zip: Buffer): string {
  return createHash('sha512').update(zip).digest('hex');
}

/** In `directory/function-code`, a file per zip; in memory where there is no directory. */
export function openCodeStore(directory: string | undefined): CodeStore {
  if (directory === undefined) return inMemory();
  const folder = join(directory, 'function-code');
  // 32 digits tell the zips of one account apart, and a folder of them can still be read.
  const nameOf = (digest: string) => `${digest.slice(0, 32)}.zip`;
  return {
    async put(zip) {
      const digest = digestOf(zip);
      await mkdir(folder, { recursive: true });
      await writeWhole(join(folder, nameOf(digest)), zip);
      return digest;
    },
    get: (digest) => readFile(join(folder, nameOf(digest))),
    async keepOnly(digests) {
      const wanted = new Set([...digests].map(nameOf));
      // Nothing but what was written here is dropped: the directory was chosen by a person.
      const ours = (await namesIn(folder)).filter((name) => /^[0-9a-f]{32}\.zip/.test(name) && !wanted.has(name));
      await Promise.all(ours.map((name) => rm(join(folder, name), { force: true })));
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

function inMemory(): CodeStore {
  const zips = new Map<string, Buffer>();
  return {
    put: async (zip) => {
      const digest = digestOf(zip);
      zips.set(digest, zip);
      return digest;
    },
    get: async (digest) => {
      const zip = zips.get(digest);
      if (!zip) throw new Error(`The code ${digest.slice(0, 16)}… is not kept.`);
      return zip;
    },
    keepOnly: async (digests) => {
      for (const digest of zips.keys()) if (!digests.has(digest)) zips.delete(digest);
    },
  };
}
