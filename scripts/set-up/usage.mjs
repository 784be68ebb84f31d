/**
 * Help of a script, which needs nothing that would have to be set up first.
 * @param {string} usage printed where the arguments ask for it; the program ends then
 */
export function answerHelp(usage, args = process.argv.slice(2)) {
  if (!args.some((argument) => argument === '--help' || argument === '-h')) return
  console.log(usage)
  process.exit(0)
}
