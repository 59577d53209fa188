import { onTestFinished } from 'vitest';
import { destroyPools } from '../../../shared/client/pools.js';
import { type Answer, type Loopback, serveHttp, serveReplies, serveTcp } from './loopback.js';

/** Closes the server at the end of the test, and before it the connections of the client under test. */
function untilTestEnds<Server extends Loopback>(server: Server): Server {
  onTestFinished(async () => {
    await destroyPools();
    await server.close();
  });
  return server;
}

/** {@link serveReplies} until the end of the test. */
export async function serve(...replies: Answer[]): ReturnType<typeof serveReplies> {
  return untilTestEnds(await serveReplies(replies));
}

/** {@link serveHttp} until the end of the test. */
export async function http(...given: Parameters<typeof serveHttp>): Promise<Loopback> {
  return untilTestEnds(await serveHttp(...given));
}

/** {@link serveTcp} until the end of the test. */
export async function tcp(...given: Parameters<typeof serveTcp>): Promise<Loopback> {
  return untilTestEnds(await serveTcp(...given));
}
