/** HTTP/2 is only spoken where `allowH2` is set; its client loads node:http2, the slowest of Node's modules. */
module.exports = require('./left-out.cjs')('HTTP/2 client');
