import { functionHandler } from '../../shared/handler/function-handler.js';
import { startStopRomaTasks } from '../../shared/operations/start-stop-roma-tasks.js';

export const { handler, initializer } = functionHandler(startStopRomaTasks, { method: 'POST', input: 'body' });
