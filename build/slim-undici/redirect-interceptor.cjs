const follow = require('./left-out.cjs')('following of redirects');

/** Without a number of redirections the real one hands every request on untouched; a signed request never follows one. */
module.exports = function createRedirectInterceptor({ maxRedirections }) {
  return (dispatch) => (options, handler) =>
    (options.maxRedirections ?? maxRedirections) ? follow() : dispatch(options, handler);
};
