/** Creates the content security policy of the pages under `/_mock/`: nothing from other hosts, and no inline script. */

/** @param styleSources where styles may come from beside the server itself */
export const createContentPolicy = (...styleSources: string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    ["style-src 'self'", ...styleSources].join(' '),
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'"
  ].join('; ')
