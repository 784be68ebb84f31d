/**
 * How long our clocks are paused for a person who acts outside of our questions, from the answer or the server's notice on,
 * in ms. It covers an approval on a phone: servers wait for one as long, and end a login after two minutes in all.
 */
export const personMs = 90_000
