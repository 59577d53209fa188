/** Errors of ours whose message is all that a person needs. */
const speaksForItself = [
  'ServiceFileError',
  'ChainsFileError',
  'BuildError',
  'UsageError',
  'DeployError',
  'UnfinishedError',
  'FolderInUseError',
  'UnusableFolderError',
  'MigrationError',
  'InvalidSettingError',
  'DatabaseUnavailableError',
  'DatabaseOutcomeUnknownError',
  'DatabaseRefusedError',
];

/** An error as a sentence and a remedy, for a person at a terminal; the stack only where nothing better is known. */
export function plainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const refused = refusedPort(error);
  if (refused !== undefined) return `${refused}, or choose other ports: PORT=3100 CLOUD_PORT=3101 npm start`;
  // These already say where and what to do, line by line.
  if (speaksForItself.includes(error.name)) return error.message;
  return `This should not happen: ${error.stack ?? error.message}`;
}

/** A wrong command line or environment; the message holds the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A folder that was given to keep something in, and cannot be used; the message holds the remedy. */
export class UnusableFolderError extends Error {
  override readonly name = 'UnusableFolderError';
}

/** Why the system gives no port, and what to do; undefined for any other error. */
function refusedPort(error: Error): string | undefined {
  const { code, syscall, port = 0 } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `Port ${port} is already in use, perhaps by another \`npm start\`.\nStop that program`;
  }
  // Most systems keep the ports below 1024 for the administrator.
  return code === 'EACCES' && syscall === 'listen'
    ? `Port ${port} is not for this user.\nAsk for the right`
    : undefined;
}

/** A port from the environment. @throws UsageError unless it is a whole number from 0 to 65535 */
function portFrom(name: 'PORT' | 'CLOUD_PORT', fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`${name}=${text} is not a port. Give a whole number from 1 to 65535, or leave ${name} out.`);
}

/** The ports of routes and cloud; 0 stands for any free one. @throws UsageError unless they are two ports */
export function portsFrom(fallbacks: { port: number; cloudPort: number }): { port: number; cloudPort: number } {
  const port = portFrom('PORT', fallbacks.port);
  const cloudPort = portFrom('CLOUD_PORT', fallbacks.cloudPort);
  if (port !== cloudPort || port === 0) return { port, cloudPort };
  throw new UsageError(
    `PORT and CLOUD_PORT are both ${port}, and the routes and the cloud need a port each. Choose two: PORT=3100 CLOUD_PORT=3101`,
  );
}
