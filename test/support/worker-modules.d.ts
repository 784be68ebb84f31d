/** What the page's bundler makes of a worker's module: its address. */
declare module '*?worker&url' {
  const address: string
  export default address
}
