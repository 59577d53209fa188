/** Channels that nobody listens to: undici asks for `hasSubscribers` before it publishes. */
const silent = { hasSubscribers: false };
const names = 'beforeConnect connected connectError sendHeaders create bodySent headers trailers error';

module.exports = { channels: Object.fromEntries(names.split(' ').map((name) => [name, silent])) };
