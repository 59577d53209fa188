/** For a body that is FormData; it brings the whole of fetch with it. */
module.exports = { extractBody: require('./left-out.cjs')('FormData body') };
