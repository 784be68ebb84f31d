/** Which site a program is started for: `--site FILE`, else `VIZLINK_SITE`. */
import { Option } from 'commander'

/** The option as every command takes it. */
export const siteOption = (): Option =>
  new Option('--site <file>', 'site profile (JSON; docs/site-profile.md)').env('VIZLINK_SITE')
