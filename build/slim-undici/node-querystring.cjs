/** For the option `query` alone; ours is in the path, encoded as it was signed. */
module.exports = { stringify: require('./left-out.cjs')('option `query`') };
