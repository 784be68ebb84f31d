/** Findings about the cluster as the login host, a visualisation node and the portal's own words show it. */
import type { CatalogueEntry } from './entry.ts'

export const clusterFindings = {
  'ssh.login': {
    section: 'ssh',
    title: 'The login host lets you in',
    meaning: 'Nobody reaches a desktop: the way to it goes through the login host.',
    change:
      'Check that sshd runs, that your key is in authorized_keys, and that the profile names the right host keys.',
  },
  'ssh.node': {
    section: 'ssh',
    title: 'A visualisation node lets you in',
    meaning:
      'A desktop can be reached only by srun or from the login host, with less than by SSH: no files, no look at its GPU.',
    change:
      'Let users log in to visualisation nodes from the login host (pam_slurm_adopt where a job is wanted).',
  },
  'slurm.controller': {
    section: 'slurm',
    title: 'slurmctld answers',
    meaning: 'No session can start; ended sessions look alive, and deleting one leaves its job running.',
    change: 'Start slurmctld and look at its log.',
  },
  'slurm.partition': {
    section: 'slurm',
    title: 'The partition of visualisation nodes is there and up',
    meaning: 'Requests for a session are refused without a reason, or wait for ever.',
    change: 'Create the partition in slurm.conf, or `scontrol update partitionname=NAME state=up`.',
  },
  'slurm.nodes': {
    section: 'slurm',
    title: 'Visualisation nodes can take jobs',
    meaning: 'Sessions wait without end, or fewer run at once than there could.',
    change: 'See why (`sinfo -R`), mend it, then `scontrol update nodename=NAME state=resume`.',
  },
  'slurm.nodes-drained': {
    section: 'slurm',
    title: 'No visualisation node is drained',
    meaning: 'A node takes no new session until an administrator resumes it.',
    change: 'When the reason no longer holds: `scontrol update nodename=NAME state=resume`.',
  },
  'slurm.nodes-not-responding': {
    section: 'slurm',
    title: 'slurmd answers on all visualisation nodes',
    meaning: 'Sessions on that node are lost or start anew elsewhere.',
    change: 'Check the node’s power, network and slurmd.',
  },
  'gpu.driver': {
    section: 'gpu',
    title: 'A GPU driver works on the node',
    meaning: 'The job ends at once: the display server does not start.',
    change: 'Install the driver for the running kernel, and check with nvidia-smi.',
  },
  'gpu.encoder': {
    section: 'gpu',
    title: 'The GPU has a hardware encoder (NVENC)',
    meaning:
      'The host takes another encoder, at last the processor: more delay and load. AMD GPUs work that way.',
    change:
      'Use GPUs with NVENC for this partition, or set another `encoder` in sunshine.conf; else offer VNC.',
  },
  'storage.home': {
    section: 'storage',
    title: 'Home directories are on the node',
    meaning: 'Jobs fail at once, and users do not find their files.',
    change: 'Mount the home file system on the node, and let slurmd wait for it.',
  },
  'storage.scratch': {
    section: 'storage',
    title: 'Scratch is on the node',
    meaning: 'Every session fails at once: logs, sandboxes and session folders lie there.',
    change: 'Mount the scratch file system on the node, and let slurmd wait for it.',
  },
  'storage.shared': {
    section: 'storage',
    title: 'Login host and node see the same file systems',
    meaning: 'Files that a user makes on one are missing on the other.',
    change: 'Mount the same file system on both instead of a local folder.',
  },
  'images.controller': {
    section: 'images',
    title: 'The desktop image is where the portal looks for it',
    meaning: 'Requests for a session end with “Image not found”.',
    change:
      'Put the .sif file into the images’ folder of the controller: the portal looks there, not on the node.',
  },
  'images.node': {
    section: 'images',
    title: 'The desktop image is on the node',
    meaning: 'Sessions start and end within seconds.',
    change: 'Copy the .sif file into the images’ folder of every visualisation node.',
  },
  'images.same': {
    section: 'images',
    title: 'Login host and node have the same desktop image',
    meaning: 'Sessions run another desktop than the one that was installed last.',
    change: 'Copy the newest .sif file into the images’ folder of every visualisation node.',
  },
  'job.log-folder': {
    section: 'job',
    title: 'The folder of job logs is on the node',
    meaning: 'Slurm fails every session before its first line, and no log says why.',
    change: 'Make the folder on the shared file system, writable by the account that runs the jobs.',
  },
  'job.working-folder': {
    section: 'job',
    title: 'The folder of sessions can be written to',
    meaning: 'Sessions end at once when they make their folders.',
    change: 'Give the account that runs the jobs write permission on the folder.',
  },
  'host.command-line': {
    section: 'host',
    title: 'Sunshine starts with its command line',
    meaning: 'Sunshine ends at once (exit status 7) and every session with it.',
    change: 'Give the configuration file as a plain argument: `sunshine FILE`, not `sunshine --config FILE`.',
  },
  'host.version': {
    section: 'host',
    title: 'Sunshine is a version without known vulnerabilities',
    meaning: 'Whoever reaches a desktop’s host can get past its certificate check and take the desktop over.',
    change:
      'Build the images with Sunshine 2026.516.143833 or newer (CVE-2026-32253); such a version needs /dev/uinput for input.',
  },
  'host.ports': {
    section: 'host',
    title: 'Sessions on one node get ports that do not overlap',
    meaning: 'Beside a running session the host of the next one cannot bind its ports, and its job ends.',
    change: 'Space the ports of sessions by at least 30: a host uses those from 5 below its own to 21 above.',
  },
  'host.web-user': {
    section: 'host',
    title: 'The host’s web page has a user before anyone asks',
    meaning: 'Whoever comes first sets the user and owns the desktop.',
    change: 'Let the job set a random user, or register clients’ certificates before the host starts.',
  },
  'host.vnc-password': {
    section: 'host',
    title: 'VNC desktops want a password',
    meaning: 'Whoever reaches the controller’s ports sees and uses other people’s desktops.',
    change: 'Set a password for each VNC session and bind its tunnel to 127.0.0.1.',
  },
  'redis.password': {
    section: 'redis',
    title: 'Redis wants a password',
    meaning: 'Whoever reaches it can make himself any user.',
    change: 'Set requirepass (or ACL users) and the same in every service’s .env file.',
  },
  'redis.tls': {
    section: 'redis',
    title: 'The encryption of Redis holds, where the profile wants it',
    meaning:
      'The client sends it no password: the status panel asks the portal for sessions instead, and hears of changes later.',
    change:
      'Let Redis speak TLS on that port (tls-port), with a certificate of the authority in redis.tls.caFile for redis.address.',
  },
  'redis.cluster-mode': {
    section: 'redis',
    title: 'Redis is no cluster',
    meaning:
      'The portal’s services are no clients of a cluster: by user name, signing in and sessions fail (MOVED), and jobs are left without a session.',
    change: 'Give the portal a Redis of its own with `cluster-enabled no`.',
  },
  'redis.in-memory-fallback': {
    section: 'redis',
    title: 'The desktop service keeps sessions in Redis',
    meaning:
      'Its two workers keep two lists: sessions come and go, stay “starting” for ever and cannot be ended.',
    change:
      'Let 8004 reach Redis when it starts; its gunicorn_config.py forces a password that you may have changed.',
  },
  'redis.sessions': {
    section: 'redis',
    title: 'Session records expire and are whole',
    meaning:
      'Leftover records take displays away until none is free, and appear as sessions that nobody has.',
    change:
      'Delete records without session_id or without a time to live, and let jobs write only to records that are still there.',
  },
  'redis.persistence': {
    section: 'redis',
    title: 'Redis keeps its data over a restart',
    meaning:
      'After a restart everybody is signed out and running sessions are forgotten, while their jobs run on.',
    change: 'Switch snapshots (`save`) or the append-only file (`appendonly yes`) on.',
  },
  'redis.backup': {
    section: 'redis',
    title: 'Redis is backed up',
    meaning: 'A lost disk takes sessions and sign-ins with it.',
    change: 'Copy dump.rdb regularly to another machine.',
  },
  'upkeep.invented-data': {
    section: 'upkeep',
    title: 'The dashboard shows measured data',
    meaning: 'Nodes, jobs and storage in the status panel are made up.',
    change: 'Set MOCK_MODE=false for 5010, and put Slurm’s programs where it looks (/usr/local/slurm/bin).',
  },
  'upkeep.prometheus': {
    section: 'upkeep',
    title: 'Prometheus is healthy',
    meaning: 'There is no history of load and memory, and the dashboard calls the site critical.',
    change: 'Start Prometheus and node_exporter.',
  },
  'upkeep.log-rotation': {
    section: 'upkeep',
    title: 'The portal’s logs are rotated',
    meaning: 'The controller’s disk fills up, and then nothing works.',
    change: 'Add an entry for the logs of the portal’s services and of sessions to /etc/logrotate.d.',
  },
  'upkeep.session-folders': {
    section: 'upkeep',
    title: 'Folders of old sessions are removed',
    meaning: 'Scratch fills up.',
    change: 'Remove session folders that are older than a week, for instance by systemd-tmpfiles.',
  },
} as const satisfies Record<string, CatalogueEntry>
