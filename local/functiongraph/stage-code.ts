import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The files of a function's code: path below its root, with `/`, to the bytes. */
export type CodeFiles = Readonly<Record<string, Uint8Array>>;

/** One version of one function's code, on disk. */
export interface StagedCode {
  /** The folder that `index.js` lies in. */
  readonly root: string;
  remove(): void;
}

/** Where the code of a running platform lies. */
export interface Stage {
  /** The instances' working folder: as on the platform, not that of any code. */
  readonly folder: string;
  /** The bundled instance program. */
  readonly instanceFile: string;
  /** Writes code into a new folder of its own. @throws Error for a path that leads out of it; nothing is left then */
  add(functionName: string, files: CodeFiles): StagedCode;
  remove(): void;
}

/**
 * Opens a folder away from the project: as on the platform, no package.json and no node_modules above it can then help a
 * bundle to load, and a rebuild does not change code under a running instance.
 */
export async function openStage(): Promise<Stage> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fleetbatch-')));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const instanceFile = join(folder, 'instance.cjs');
  let versions = 0;
  try {
    // A package.json in or above the temporary folder must not decide how the bundles are loaded.
    writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');
    await build({
      entryPoints: [fileURLToPath(new URL('./instance/main.ts', import.meta.url))],
      outfile: instanceFile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'silent',
    });
  } catch (error) {
    remove();
    throw error;
  }
  const add = (functionName: string, files: CodeFiles) => {
    versions += 1;
    return write(join(folder, 'code', functionName, String(versions)), files);
  };
  return { folder, instanceFile, add, remove };
}

function write(root: string, files: CodeFiles): StagedCode {
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    mkdirSync(root, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) {
      const path = join(root, name);
      if (relative(root, path).startsWith('..')) throw new Error(`The file ${name} leads out of the code's folder.`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { root, remove };
}

/**
 * The bundle of a function as it was built.
 * @throws Error naming the bundle that is not built
 */
export function readBundle(distDir: string, functionName: string): CodeFiles {
  const bundle = join(distDir, functionName);
  if (!existsSync(bundle)) {
    throw new Error(`${bundle} does not exist: ${functionName} is not built. Run npm run build.`);
  }
  const files = readdirSync(bundle, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(bundle, path).replaceAll('\\', '/'), readFileSync(path)];
    }),
  );
}
