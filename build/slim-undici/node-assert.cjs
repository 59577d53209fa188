/** undici only calls `assert(value, message)`; Node's own module is slow to load for that. */
module.exports = function assert(value, message = 'an assumption of undici does not hold') {
  if (!value) throw message instanceof Error ? message : new Error(message);
};
