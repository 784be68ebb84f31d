/**
 * A streamed desktop: the state machine from sign-in to the picture, and how it comes back.
 * It puts the other services together and decides nothing that they decide.
 */
export { Connection } from './connection.ts'
export { ConnectionService } from './service.ts'
