/** The attacks of a second user by name: what each would gain, and what keeps it from it. */

export interface NamedAttack {
  /** Of what is attacked, and how. */
  name: string
  /** What the attacker would have. */
  gain: string
  /** What keeps it off. */
  guard: string
  /** `client`: tried in every phase; `node`: while a desktop runs on a node that the attacker uses too. */
  where: 'client' | 'node'
  /** Of the kinds of things that are attacked there may be none, which is a guard too. */
  maybeNone?: true
  /** Which careless program is the control: one of another user, or one of the attacker's own, for the kernel's guard between users. */
  control: 'other' | 'own'
}

const attack = (
  name: string,
  gain: string,
  guard: string,
  { where = 'client', control = 'other', ...rest }: Partial<NamedAttack> = {},
): NamedAttack => ({ name, gain, guard, where, control, ...rest })
const own = { control: 'own' } as const
const node = { where: 'node' } as const
const maybeNone = { maybeNone: true } as const

const modes = 'files 0600, folders 0700'
const kernel = 'the kernel asks for the same user'

export const attacks: readonly NamedAttack[] = [
  attack('files.read-any', 'whatever is in a file', modes),
  attack('files.write-any', 'a client that does what the attacker wrote', modes),
  attack('files.read-secrets', 'SSH key, identity, passwords of hosts', modes),
  attack('files.read-log', 'names of sites, hosts and sessions', 'the log is made 0600'),
  attack('files.read-profile', 'the site’s hosts and accounts', modes),
  attack('files.read-sign-in-file', 'the page, signed in as the user', 'the file’s folder is 0700'),
  attack('files.read-browser-profile', 'the page’s cookie', 'the profile’s folder is 0700'),
  attack('files.replace-relay', 'code that runs as the user on the node', 'relay 0700 in a folder 0700'),
  attack(
    'files.rename',
    'a session that fails, a place for a file of one’s own',
    'folders are the user’s, /tmp is sticky',
  ),
  attack('files.list-folders', 'names of files, of hosts and of sessions', modes),
  attack('files.plant', 'a file that the client reads as its own', modes),
  attack('files.change-mode', 'all files', 'only the owner changes modes', own),
  attack('files.change-times', 'another client swept away as an old one', 'only the owner sets times', own),
  attack('files.watch', 'what the user does and when', modes),
  attack('x11.read-cookie', 'picture, keyboard and mouse of the desktop', 'cookie 0600 in a folder 0700'),
  attack('x11.read-picture', 'the picture of the desktop', 'the framebuffer’s folder is 0700'),
  attack('x11.no-cookie', 'picture, keyboard and mouse', 'X servers ask for the cookie'),
  attack('x11.guessed-cookie', 'the same', '128 random bits'),
  attack('x11.empty-cookie', 'the same', 'X servers ask for the cookie'),
  attack('terminals.open', 'what the user types in a terminal, words in it', 'terminals are 0620', maybeNone),
  attack('files.unlink', 'a session that fails', 'folders are the user’s, /tmp is sticky'),
  attack('proc.environment', 'addresses of agents, cookies, tokens', kernel, own),
  attack('proc.memory', 'keys, tokens, pictures', kernel, own),
  attack('proc.execution', 'what a process is doing', kernel, own),
  attack('proc.folders', 'the user’s folders by the back door', kernel, own),
  attack('proc.descriptors', 'open files and pipes', kernel, own),
  attack('proc.command-lines', 'a secret among the words of a command', 'no secret is in one'),
  attack('proc.debugger', 'the process itself', kernel, own),
  attack('proc.read-memory-call', 'keys, tokens, pictures', kernel, own),
  attack('signals.inspector', 'Node.js’ debugger, open for everybody', kernel, own),
  attack('signals.priority', 'a picture that stutters', kernel, own),
  attack('signals.limits', 'a client that can open nothing', kernel, own),
  attack('signals.stop', 'a session that does not move', kernel, own),
  attack('signals.end', 'the end of the session', kernel, own),
  attack('sockets.connect', 'what the socket is for', 'sockets in folders 0700', maybeNone),
  attack('memory.shared', 'pictures, keys', 'none is for others', maybeNone),
  attack('memory.semaphores', 'a program that does not move', 'none is for others', maybeNone),
  attack('memory.queues', 'messages between programs', 'none is for others', maybeNone),
  attack('ports.page', 'the page', 'cookie from a file of the user'),
  attack('ports.foreign-page', 'the page, by a page in the attacker’s hands', 'Host and Origin are compared'),
  attack('ports.host-information', 'the way to the host', 'the link’s ways are sockets in a folder 0700'),
  attack('ports.claim', 'the host', 'the link’s ways are sockets in a folder 0700'),
  attack('ports.pin', 'a client of one’s own, paired', 'the link’s ways are sockets in a folder 0700'),
  attack('ports.pair', 'a client of one’s own, paired', 'the link’s ways are sockets in a folder 0700'),
  attack('ports.rtsp', 'the stream’s secrets', 'RTSP’s port takes connections of the same user alone'),
  attack('ports.contract', 'the client itself', 'cookie from a file of the user'),
  attack('ports.stream', 'the picture, input', 'cookie, and a random id that is used once'),
  attack(
    'ports.sign-in-token',
    'the page, signed in as the user',
    '256 random bits, once, for half a minute',
  ),
  attack('ports.debugger', 'the page and its keyboard', 'no browser listens'),
  attack(
    'ports.take-over',
    'what the user’s programs say to each other',
    'only a user’s own sockets share a port',
    own,
  ),
  attack('ports.take-over-datagrams', 'the same, for datagrams', 'no socket shares its address', maybeNone),
  attack('datagrams.take-video', 'the picture', 'the payload of the ping is a secret of RTSP', maybeNone),
  attack('datagrams.take-control', 'input', 'the connect data is a secret of RTSP', maybeNone),
  attack(
    'datagrams.forge-control',
    'input, the end of the stream, where its control goes',
    'the library’s sockets take datagrams of the link alone',
    maybeNone,
  ),
  attack(
    'datagrams.forge-video',
    'an answer of the library or the link',
    'neither answers a stranger',
    maybeNone,
  ),
  attack('node.claim', 'the host', 'it has an owner whose password is random', node),
  attack('node.pin', 'a client of one’s own, paired', 'the web interface asks for that password', node),
  attack('node.close-desktop', 'the end of the desktop', 'the web interface asks for that password', node),
  attack('node.launch', 'the desktop', 'only paired certificates', node),
  attack('node.resume', 'the desktop', 'only paired certificates', node),
  attack('node.cancel', 'the end of the desktop', 'only paired certificates', node),
  attack('node.pair', 'a client of one’s own, paired', 'no user types its PIN', node),
  attack('node.rtsp', 'the stream’s secrets', 'RTSP is encrypted, and open for one launch', node),
  attack('node.take-video', 'the picture', 'the first ping decided who gets it', node),
  attack('node.take-control', 'input', 'the connect data is a secret of RTSP', node),
  attack('node.forge-input', 'input', 'control is encrypted', node),
  attack('node.forge-video', 'an answer of relay or host', 'neither answers a stranger', node),
]
