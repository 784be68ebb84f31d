/** Identity of a site, apart from its profile, of which the page knows nothing else. */
import { z } from 'zod'

export const siteIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'small letters, digits, dots and dashes')
