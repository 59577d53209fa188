const { writeSync } = require('node:fs');

/**
 * Loads each file of the command line, and tells on descriptor 3, which no file prints to, what it exports or why it cannot be loaded,
 * as JSON. A file that would end this process is told like any other that cannot be loaded.
 */
function look(file) {
  try {
    const exported = Object.entries(require(file));
    return {
      exports: Object.fromEntries(
        exported.map(([name, value]) => [name, typeof value === 'function' ? value.length : null]),
      ),
    };
  } catch (error) {
    return { failure: String(error?.message ?? error) };
  }
}

const { exit } = process;
process.exit = (code = 0) => {
  throw new Error(`it ends the process with exit code ${code}`);
};
const found = Buffer.from(JSON.stringify(process.argv.slice(2).map(look)));
for (let sent = 0; sent < found.length; ) sent += writeSync(3, found, sent);
// Whatever a bundle started must not keep this process.
exit();
