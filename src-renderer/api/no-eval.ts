/**
 * To be imported before any schema is made: zod must not try `new Function`, which the page's CSP forbids (every try
 * would be reported as a violation).
 */
import { z } from 'zod'

z.config({ jitless: true })
