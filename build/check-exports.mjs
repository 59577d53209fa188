import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const reader = fileURLToPath(new URL('./read-exports.cjs', import.meta.url));
const wanted = ['handler', 'initializer'];

/**
 * Loads built bundles in a fresh process, as FunctionGraph would.
 * @param {readonly { name: string, file: string }[]} bundles
 * @returns {Promise<{ name: string, problem: string }[]>} those that FunctionGraph would refuse
 */
export async function findRefused(bundles) {
  const looks = await readExports(bundles.map(({ file }) => file));
  return bundles.flatMap(({ name }, index) => {
    const problem = problemOf(`the bundle of ${name}`, looks[index]);
    return problem ? [{ name, problem }] : [];
  });
}

/**
 * @param {readonly string[]} files
 * @returns {Promise<{ failure?: string, exports?: Record<string, number | null> }[]>} for each file the number of parameters of every exported
 *   function (null for what is no function), or why it cannot be loaded
 */
export async function readExports(files) {
  // What a file prints while it loads is nobody's result.
  const child = spawn(process.execPath, [reader, ...files], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  return JSON.parse(await text(child.stdio[3]));
}

function problemOf(bundle, { failure, exports }) {
  if (failure !== undefined) return `${bundle} cannot be loaded: ${failure}. Mend what runs while it loads.`;
  for (const name of wanted) {
    const parameters = exports[name];
    if (typeof parameters !== 'number') {
      return `${bundle} does not export a function ${name}: export what functionHandler() gives.`;
    }
    if (parameters !== 2) {
      return `${bundle} exports ${name} with ${parameters} parameters, and FunctionGraph refuses any number but 2: declare two, without default values and rest parameters.`;
    }
  }
  return undefined;
}
