/**
 * Bundles the product's sources, unchanged, for Electron 22: CommonJS for its Node.js 16, the page for its Chromium 108. What
 * that version lacks is in the polyfills beside this file; one package (undici) is an older one.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { build, type Plugin } from 'vite'
import { externalPackages } from '../external-packages.ts'

const root = join(import.meta.dirname, '..', '..')
const polyfills = (name: 'node' | 'electron' | 'web'): string =>
  join(import.meta.dirname, `polyfills-${name}.js`)

/**
 * Bundles programs for Electron's Node.js. What one needs only later lies in a file of its own, as in the product's bundles.
 * @param programs by their names, entries from the project's root
 * @param out folder of the programs, `NAME.js` each
 * @param before which polyfills come first
 */
export async function bundlePrograms(
  programs: Readonly<Record<string, string>>,
  out: string,
  before: 'node' | 'electron' = 'node',
): Promise<void> {
  const input = Object.fromEntries(
    Object.entries(programs).map(([name, entry]) => [`${name}-program`, join(root, entry)]),
  )
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    resolve: { alias: { undici: 'undici-5' } },
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: out,
      emptyOutDir: false,
      target: 'node16.17',
      minify: true,
      rolldownOptions: {
        input: { ...input, polyfills: polyfills(before) },
        external: ['electron', ...externalPackages],
        output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
  for (const name of Object.keys(programs))
    writeFileSync(join(out, `${name}.js`), `require('./polyfills.js')\nrequire('./${name}-program.js')\n`)
}

/** Loads the page's polyfills before its own code, in the page and in its worker. */
const pagePolyfills: Plugin = {
  name: 'page-polyfills',
  enforce: 'pre',
  transform: (code, id) =>
    /src-renderer\/(main\.tsx|stream\/decode-worker\.ts)(\?|$)/.test(id)
      ? { code: `import ${JSON.stringify(polyfills('web'))};\n${code}`, map: null }
      : undefined,
}

/**
 * Makes the folder of an app for Electron 22: bundles, addon and resources, as the product's package has them.
 * @param out replaced
 */
export async function bundleForElectron22(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  await bundlePrograms(
    {
      index: 'src-main/index.ts',
      'link-process': 'src-main/link-process/index.ts',
      'stream-process': 'src-main/stream-process/index.ts',
    },
    join(out, 'out', 'main'),
    'electron',
  )
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: join(out, 'out', 'preload'),
      target: 'chrome108',
      lib: { entry: join(root, 'src-main/preload/index.ts'), formats: ['cjs'], fileName: () => 'index.cjs' },
      rolldownOptions: { external: ['electron'] },
    },
  })
  const page = join(root, 'src-renderer')
  await build({
    root: page,
    configFile: false,
    logLevel: 'warn',
    plugins: [pagePolyfills, react()],
    build: {
      target: 'chrome108',
      cssTarget: 'chrome108',
      outDir: join(out, 'out', 'renderer'),
      emptyOutDir: true,
      minify: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: [join(page, 'index.html'), join(page, 'stopped.html')] },
    },
    worker: { format: 'es', plugins: () => [pagePolyfills] },
  })
  const { name, productName, version, description, license, author, homepage, desktopName } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, string>
  const about = { name, productName, version, description, license, author, homepage, desktopName }
  writeFileSync(join(out, 'package.json'), JSON.stringify({ ...about, main: 'out/main/index.js' }, null, 2))
  for (const part of ['native/build/addon/linux-x64/vizlink_native.node', 'resources'])
    cpSync(join(root, part), join(out, part), { recursive: true })
}
