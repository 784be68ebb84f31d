/** Faults of the settings, of the policy, and of the checks of messages between processes. */
import { inFile, type Fault } from './fault.ts'

const policy = ['test/unit/services/settings/policy.test.ts']
const service = ['test/unit/services/settings/service.test.ts']
const pageStore = ['test/unit/page/features/settings.test.ts']

export const settingsFaults: Fault[] = [
  ...inFile('src-main/services/settings/policy.ts', policy, [
    {
      id: 'policy-owner',
      find: "  if (found.uid !== root) throw new Refusal(asText('policy.notOfRoot'))\n",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'Another user of the computer decides over everybody’s settings.',
    },
    {
      id: 'policy-folders',
      find: '  await checkFolders(dirname(path))\n',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'Who may write a folder on the way puts another file of root’s in the place of the policy.',
    },
    {
      id: 'policy-link',
      find: 'constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK',
      replace: 'constants.O_RDONLY | constants.O_NONBLOCK',
      kind: 'check removed',
      security: true,
      harm: 'A link leads to a file that was never meant to be a policy.',
    },
    {
      id: 'policy-size',
      find: 'const maximumPolicy = 256 * 1024',
      replace: 'const maximumPolicy = 256 * 1024 * 1024',
      kind: 'bound moved',
      harm: 'The start reads a quarter of a gigabyte.',
    },
  ]),
  ...inFile('src-main/services/settings/service.ts', service, [
    {
      id: 'settings-managed',
      find: '      if (policy[change.key] !== undefined) throw managed(change.key)\n',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A choice that the administrator has made seems to be changed, and is not.',
    },
    {
      id: 'settings-noticed-again',
      find: 'this.notices.splice(0)',
      replace: '[...this.notices]',
      kind: 'clean-up dropped',
      harm: 'A damaged file is reported whenever a page is loaded.',
    },
    {
      id: 'settings-written-over',
      find: "    if (state === 'unreadable') this.memory = {}\n",
      replace: '',
      kind: 'check removed',
      harm: 'A file that could not be read for a moment is lost.',
    },
  ]),
  ...inFile(
    'src-main/domain/settings.ts',
    ['test/unit/domain/settings.test.ts'],
    [
      {
        id: 'settings-newer-version',
        find: "  if (!('siteId' in change)) return { ...file, [change.key]: change.value }",
        replace:
          "  if (!('siteId' in change)) return { ...usableSettings(file), [change.key]: change.value }",
        kind: 'clean-up dropped',
        harm: 'An older version throws away what a newer one remembered.',
      },
    ],
  ),
  ...inFile('src-renderer/features/settings/store.ts', pageStore, [
    {
      id: 'page-settings-managed',
      find: 'if (store.getState().settings?.[change.key].managed) return',
      replace: '',
      kind: 'check removed',
      harm: 'Each use of a managed setting shows an error.',
    },
    {
      id: 'page-settings-notices',
      find: '      for (const notice of notices) report(new VizlinkError(notice))\n',
      replace: '',
      kind: 'error swallowed',
      harm: 'Settings are back at their defaults and nothing says why.',
    },
  ]),
  ...inFile('src-renderer/features/connect/store.ts', pageStore, [
    {
      id: 'connect-recalled-over',
      find: 'siteId: siteId ?? lastSite.value,',
      replace: 'siteId: lastSite.value,',
      kind: 'condition turned',
      harm: 'The site that was just chosen jumps back to the last one.',
    },
  ]),
  ...inFile(
    'src-main/link-process/inbox.ts',
    ['test/unit/link-process/inbox.test.ts'],
    [
      {
        id: 'link-input-checked',
        find: '    if (!checked.success) {\n      const failure',
        replace: '    if (input === undefined && !checked.success) {\n      const failure',
        kind: 'check removed',
        security: true,
        harm: 'A faulty app makes the link process do what no message may ask.',
      },
      {
        id: 'link-refused-socket',
        find: '      handedOver.socket?.destroy()\n',
        replace: '',
        kind: 'clean-up dropped',
        harm: 'A page whose channel was refused waits for ever.',
      },
    ],
  ),
  ...inFile(
    'src-main/stream-process/inbox.ts',
    ['test/unit/stream-process/inbox.test.ts'],
    [
      {
        id: 'stream-start-refused',
        find: "  if (name === 'start') say({ type: 'failed', failure })\n",
        replace: '',
        kind: 'error swallowed',
        harm: 'A stream that cannot start is waited for until the deadline.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/cluster/link-client.ts',
    ['test/unit/services/cluster/link-client.test.ts'],
    [
      {
        id: 'link-reply-checked',
        find: '    if (checked && !checked.success)\n',
        replace: '    if (checked && !checked.success && message.value === undefined)\n',
        kind: 'check removed',
        security: true,
        harm: 'A link process that a server has taken over hands the app what it likes.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/host/stream-client.ts',
    ['test/unit/services/host/stream-client.test.ts'],
    [
      {
        id: 'stream-message-checked',
        find: '    if (this.distrusted) return\n',
        replace: '',
        kind: 'check removed',
        harm: 'What a faulty process sends behind its fault is believed.',
      },
    ],
  ),
  ...inFile(
    'src-main/shared/errors.ts',
    ['test/unit/shared/bounds.test.ts'],
    [
      {
        id: 'failure-bounds',
        find: 'value: bounded(value, longest.evidence),',
        replace: 'value,',
        kind: 'bound moved',
        harm: 'A long answer of a server makes the page refuse the failure that would explain it.',
      },
    ],
  ),
]
