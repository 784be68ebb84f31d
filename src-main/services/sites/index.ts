/**
 * Site profiles: which sites there are, and what the user's computer adds to them (user name, password file).
 * Nothing here reaches a network.
 */
export { findInstalledProfiles, loadProfiles, type UnusableProfile } from './installed-profiles.ts'
export { type LoadedProfile, loadProfile } from './load-profile.ts'
export { readPassword } from './read-password.ts'
export { knownSshUser, sshUser } from './ssh-user.ts'
