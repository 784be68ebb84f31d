/**
 * What the user confirmed: host keys of SSH servers and certificates of portals, kept in files.
 * The comparison itself is `protocols/ssh` and `protocols/portal`.
 */
export { CertificatePins } from './certificates.ts'
export { ConfirmedHostKeys } from './host-keys.ts'
