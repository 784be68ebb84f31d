#!/usr/bin/env node
/**
 * Replaces fpm, as electron-builder 26 calls it, over dpkg-deb and rpmbuild: fpm itself would be downloaded as a binary.
 * `fpm -s dir -t deb|rpm OPTION... SOURCE=TARGET...`. An option that is not known here stops it: nothing is left out in silence.
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const withoutValue = new Set(['--force', '--deb-no-default-config-files', '--rpm-auto-add-directories'])
/** Long names of what electron-builder gives by short ones. */
const longNames = {
  '-s': 'source',
  '-t': 'target',
  '-n': 'name',
  '-v': 'version',
  '-a': 'architecture',
  '-p': 'package',
  '-d': 'depends',
}
/** May be given more than once. */
const lists = new Set([
  'depends',
  'deb-recommends',
  'deb-suggests',
  'rpm-rpmbuild-define',
  'deb-compression-level',
])
const known = new Set([
  ...['source', 'target', 'name', 'version', 'architecture', 'package', 'iteration'],
  ...[
    'after-install',
    'after-remove',
    'before-install',
    'before-remove',
    'description',
    'maintainer',
    'url',
    'vendor',
    'license',
  ],
  ...[
    'category',
    'deb-priority',
    'deb-compression',
    'rpm-compression',
    'rpm-summary',
    'rpm-os',
    'config-files',
  ],
  ...lists,
])

function parse(words) {
  const options = Object.fromEntries([...lists].map((name) => [name, []]))
  const pairs = []
  const rest = [...words]
  while (rest.length > 0) {
    const word = rest.shift()
    if (withoutValue.has(word)) continue
    if (!word.startsWith('-')) {
      pairs.push(word)
      continue
    }
    const [option, joined] = /^(--[\w-]+)=(.*)$/s.exec(word)?.slice(1) ?? [word]
    const name = longNames[option] ?? option.replace(/^--/, '')
    if (!known.has(name)) throw new Error(`this stand-in for fpm does not know ${option}`)
    const value = joined ?? rest.shift()
    if (lists.has(name)) options[name].push(value)
    else options[name] = value
  }
  return { options, pairs }
}

/** Lays the files out as they will be installed. */
function lay(pairs, root) {
  for (const pair of pairs) {
    const at = pair.lastIndexOf('=')
    const [source, target] = [pair.slice(0, at), join(root, pair.slice(at + 1))]
    const wholeFolder = source.endsWith('/') || source.endsWith('/.')
    mkdirSync(wholeFolder || pair.endsWith('/') ? target : dirname(target), { recursive: true })
    execFileSync('cp', ['-a', wholeFolder ? `${source.replace(/\.$/, '')}.` : source, target])
  }
  // Modes do not depend on the user who installs it.
  execFileSync('chmod', ['-R', 'u+rwX,go+rX,go-w', root])
}

const scriptOf = (file) => (file && existsSync(file) ? readFileSync(file, 'utf8') : null)

/** The first line is the synopsis; an empty line is a dot, as Debian's policy has it. */
function debianDescription(text, name) {
  const [first, ...rest] = (text ?? name)
    .trim()
    .split('\n')
    .map((line) => line.trim())
  const more = rest.filter((line, index) => index > 0 || line !== first)
  return [first, ...more.map((line) => ` ${line || '.'}`)].join('\n')
}

/** `VIZLINK_DIST_FAST=1`: a package for a test is not made small. */
const fast = process.env.VIZLINK_DIST_FAST === '1'

function makeDeb(options, root) {
  const control = join(root, 'DEBIAN')
  mkdirSync(control)
  const size = execFileSync('du', ['-sk', '--exclude=DEBIAN', root], { encoding: 'utf8' }).split('\t')[0]
  const fields = {
    Package: options.name,
    Version: options.version,
    License: options.license,
    Vendor: options.vendor,
    Architecture: options.architecture,
    Maintainer: options.maintainer,
    'Installed-Size': size,
    Depends: options.depends.join(', '),
    Recommends: options['deb-recommends'].join(', '),
    Suggests: options['deb-suggests'].join(', '),
    Section: options.category ?? 'net',
    Priority: options['deb-priority'] ?? 'optional',
    Homepage: options.url,
    Description: debianDescription(options.description, options.name),
  }
  const lines = Object.entries(fields).flatMap(([name, value]) => (value ? [`${name}: ${value}\n`] : []))
  writeFileSync(join(control, 'control'), lines.join(''))
  const scripts = {
    'after-install': 'postinst',
    'after-remove': 'postrm',
    'before-install': 'preinst',
    'before-remove': 'prerm',
  }
  for (const [option, file] of Object.entries(scripts)) {
    const text = scriptOf(options[option])
    if (text === null) continue
    writeFileSync(join(control, file), text)
    chmodSync(join(control, file), 0o755)
  }
  const compression = fast ? ['-Zgzip', '-z1'] : ['-Zxz']
  execFileSync('dpkg-deb', ['--root-owner-group', ...compression, '--build', root, options.package], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

function makeRpm(options, root, stage) {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `"${join(entry.parentPath, entry.name).slice(root.length)}"`)
  const section = (name, option) => {
    const text = scriptOf(options[option])
    return text === null ? '' : `%${name}\n${text.replaceAll('%', '%%')}\n`
  }
  const specification = join(stage, 'package.spec')
  writeFileSync(
    specification,
    [
      `Name: ${options.name}`,
      // A dash separates version and release there.
      `Version: ${options.version.replaceAll('-', '_')}`,
      `Release: ${options.iteration ?? '1'}`,
      `Summary: ${options['rpm-summary'] ?? options.description.split('\n')[0]}`,
      `License: ${options.license}`,
      `URL: ${options.url}`,
      'AutoReqProv: no',
      ...options.depends.map((name) => `Requires: ${name}`),
      `\n%description\n${options.description}\n`,
      section('post', 'after-install') + section('postun', 'after-remove'),
      `%files\n%defattr(-,root,root,-)\n${files.join('\n')}\n`,
    ].join('\n'),
  )
  const definitions = [
    ...options['rpm-rpmbuild-define'],
    `_topdir ${stage}/top`,
    `_rpmdir ${stage}/made`,
    // The files are as they are to be installed.
    '__os_install_post %{nil}',
    `_binary_payload ${fast ? 'w1.gzdio' : 'w2.xzdio'}`,
  ]
  const architecture = options.architecture === 'amd64' ? 'x86_64' : options.architecture
  execFileSync(
    'rpmbuild',
    [
      ...['-bb', '--quiet', '--target', architecture, '--buildroot', root],
      ...definitions.flatMap((definition) => ['--define', definition]),
      specification,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const made = readdirSync(join(stage, 'made'), { recursive: true }).find((file) => file.endsWith('.rpm'))
  cpSync(join(stage, 'made', made), options.package)
}

const { options, pairs } = parse(process.argv.slice(2))
const stage = mkdtempSync(join(tmpdir(), 'vizlink-package-'))
try {
  const root = join(stage, 'root')
  mkdirSync(root)
  lay(pairs, root)
  rmSync(options.package, { force: true })
  if (options.target === 'deb') makeDeb(options, root)
  else if (options.target === 'rpm') makeRpm(options, root, stage)
  else throw new Error(`this stand-in for fpm makes deb and rpm, not ${options.target}`)
} finally {
  rmSync(stage, { recursive: true, force: true })
}
