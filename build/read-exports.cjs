/** Loads each file of the command line, and prints what it exports or why it cannot be loaded, as JSON. */
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

const found = JSON.stringify(process.argv.slice(2).map(look));
// Whatever a bundle started must not keep this process.
process.stdout.write(found, () => process.exit());
