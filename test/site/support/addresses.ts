/**
 * Two loopback addresses separate inside from outside on one machine: the portal's services and Redis listen on the inner one,
 * as they would on a controller's own loopback; nginx and SSH listen on the outer one, which is all that a client names. A
 * service that is reachable from outside by mistake listens on the outer one too.
 */
export const outside = '127.0.0.1'
export const inside = '127.0.0.2'
