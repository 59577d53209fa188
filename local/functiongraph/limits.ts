/** Figures of FunctionGraph's and API Gateway's limits pages. */

/** A synchronous request, in bytes. */
export const largestEvent = 6 * 1024 * 1024;

/** The body of an HTTP request at the gateway, in bytes. */
export const largestHttpBody = 12 * 1024 * 1024;

/** Instances of one function on this machine; the platform's own default is 400. */
export const mostInstances = 10;

/** How long an instance without work is kept, in ms. The platform's figure is not documented. */
export const idleMs = 5 * 60_000;

/** An asynchronous request, and what is kept of an asynchronous result, in bytes. */
export const largestAsyncEvent = 256 * 1024;

/** How long the start of a process and the loading of its code may take, in ms. The platform's figure is not documented. */
export const longestLoadMs = 20_000;
