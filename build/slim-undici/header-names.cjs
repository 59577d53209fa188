/** Empty: every header name is then lower-cased and checked like an unknown one. */
module.exports = { wellknownHeaderNames: [], headerNameLowerCasedRecord: Object.create(null) };
