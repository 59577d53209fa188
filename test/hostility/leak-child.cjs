// Invokes a built function as a platform without a logger does, `node leak-child.cjs FUNCTION EVENT-AS-JSON`, and prints whatever
// came of it in full. The settings are those of the environment; standard output and standard error are the log.
const { inspect } = require('node:util');

const [name, event] = process.argv.slice(2);
const { handler } = require(`../../dist/${name}/index.js`);

handler(JSON.parse(event), {}).then(
  (answer) => console.log(inspect(answer, { depth: null, maxStringLength: null }), JSON.stringify(answer)),
  (error) =>
    console.error(
      error,
      inspect(error, { depth: null, showHidden: true, maxStringLength: null }),
      JSON.stringify(error),
    ),
);
