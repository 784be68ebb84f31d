/** Headers of everything that a shell serves to the page; both shells send the same ones. */

/**
 * The page loads nothing but its own files and talks to nothing but its own origin ('self' covers ws: on that origin).
 * `trusted-types`: the one policy makes the URL of the decoder's worker (src-renderer/stream/start-worker.ts).
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  'media-src blob: mediastream:',
  "worker-src 'self'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types vizlink-worker',
].join('; ')

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Headers that every answer carries, whatever its body. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=()',
}

/** Content type by extension (with dot, lower case); null for what is not served. */
export function contentTypeOf(extension: string): string | null {
  return Object.hasOwn(contentTypes, extension) ? (contentTypes[extension] ?? null) : null
}

/** Headers of one file of the page. File names under `assets/` carry a hash of their content. */
export function fileHeaders(contentType: string, urlPath: string): Record<string, string> {
  const cache = urlPath.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store'
  return { ...securityHeaders, 'Content-Type': contentType, 'Cache-Control': cache }
}
