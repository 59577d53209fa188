/** The HTTP parser that runs on every processor; the other copy, with SIMD instructions, does the same. */
module.exports = require('undici/lib/llhttp/llhttp-wasm.js');
