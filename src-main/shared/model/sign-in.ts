/** What a sign-in at a site will be like, for the first screen. */
import { z } from 'zod'

export const signInOutlookSchema = z.object({
  /**
   * `test`: the portal asks for no password. `token`: the user has to bring one. `unknown`: the portal does not say. `none`: the
   * site has no portal, and the SSH login is all there is.
   */
  kind: z.enum(['test', 'browser', 'token', 'unknown', 'none']),
  /** Who is signed in now. */
  user: z.string().nullable(),
})
export type SignInOutlook = z.infer<typeof signInOutlookSchema>
