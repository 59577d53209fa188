/** `npm run terraform`: writes dist/terraform/main.tf.json from serverless.yml. The zips are those of `npm run build`. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../build/write-whole.mjs';
import { ServiceFileError } from '../serverless/service-file.js';
import { readTemplate } from '../serverless/template.js';
import { placeOf } from './escape.js';
import { mainTf } from './main-tf.js';
import { identifier, NameClashError } from './names.js';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The text of main.tf.json. @throws ServiceFileError, NameClashError */
export function terraformText(serviceFile: string): string {
  const template = readTemplate(serviceFile, ({ name }) => placeOf(identifier(name)));
  return `${JSON.stringify(mainTf(template), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await writeWhole(join(root, 'dist', 'terraform', 'main.tf.json'), terraformText(join(root, 'serverless.yml')));
    console.log(
      'dist/terraform/main.tf.json is written. Next: npm run build, then terraform init and terraform plan in its folder.',
    );
  } catch (error) {
    if (!(error instanceof ServiceFileError || error instanceof NameClashError)) throw error;
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
