/** What a sign-in at a site will be like, for the first screen. */
import { z } from 'zod'

export const signInOutlookSchema = z.object({
  /** `test`: the portal asks for no password. `token`: the user has to bring one. `unknown`: the portal does not say. */
  kind: z.enum(['test', 'browser', 'token', 'unknown']),
  /** Who is signed in now. */
  user: z.string().nullable(),
})
export type SignInOutlook = z.infer<typeof signInOutlookSchema>
