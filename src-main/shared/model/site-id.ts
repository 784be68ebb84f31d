/** Names that a site goes by on this computer, and in its Slurm. */
import { z } from 'zod'

export const siteIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'small letters, digits, dots and dashes')

/** Whether a text can be the name of one of Slurm's clusters (`ClusterName`); it goes into commands. */
export const isClusterName = (text: string): boolean => /^[A-Za-z][\w.-]{0,63}$/.test(text)
