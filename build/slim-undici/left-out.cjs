/** @param {string} what A part of undici that no HTTP/1.1 request with a buffer as its body reaches. */
module.exports = function leftOut(what) {
  return () => {
    throw new Error(`undici's ${what} is left out of this bundle: build with --whole-undici`);
  };
};
