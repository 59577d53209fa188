/** `npm run aws`: writes serverless.aws.yml anew from serverless.yml. A test says when that was forgotten. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServiceFileError } from '../service-file.js';
import { readTemplate, type TemplateVariable } from '../template.js';
import { awsServiceText } from './aws-service.js';

const fileOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** What serverless.aws.yml has to hold at present. */
export function deriveAwsService(serviceFile = fileOf('serverless.yml')): string {
  return awsServiceText(readTemplate(serviceFile, asInYaml));
}

/** The variables of the Serverless Framework are those of serverless.yml. */
function asInYaml({ name, fallback }: TemplateVariable): string {
  if (fallback === undefined) return `\${env:${name}}`;
  const quote = fallback.includes("'") ? '"' : "'";
  return `\${env:${name}, ${quote}${fallback}${quote}}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    writeFileSync(fileOf('serverless.aws.yml'), deriveAwsService());
    console.log('serverless.aws.yml is as serverless.yml says.');
  } catch (error) {
    if (!(error instanceof ServiceFileError)) throw error;
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
