/**
 * Questions to the user that somebody waits for: host keys, certificates, passwords, PINs.
 * Each has one place to be asked and one to be answered.
 */
export { boardFor, QuestionBoard } from './board.ts'
