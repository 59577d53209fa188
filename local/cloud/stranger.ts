const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Why a request is not from this machine's own programs: a web page can point a name of its own at 127.0.0.1 (the Host then is
 * that name), or send a form here (the Origin then is that page). The keys of this cloud are public, so a signature proves nothing.
 */
export function strangerOf(host: string | undefined, origin: string | undefined): string | undefined {
  if (!loopback.test(host ?? '')) return 'Only requests to localhost or a loopback address are answered here';
  if (origin !== undefined && !loopback.test(origin.replace(/^https?:\/\//, ''))) {
    return 'Requests from other web pages are not answered here';
  }
  return undefined;
}
