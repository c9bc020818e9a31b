/**
 * The strictest policy the window can live with: own scripts and styles only, no inline, no eval, Trusted Types required, no
 * network at all; voxels come by app://, PDF pages are drawn by an own worker.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self' app:",
  "worker-src 'self'",
  "frame-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types theratwin vue',
].join('; ')
