/**
 * undici takes two things from node:http: the class of a server's request, to look whether a body is one (ours are buffers),
 * and Node's default limit of a header block, in bytes (ours is set).
 */
module.exports = { IncomingMessage: class IncomingMessage {}, maxHeaderSize: 16384 };
