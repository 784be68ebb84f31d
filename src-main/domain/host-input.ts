/**
 * By which way a host puts input into its desktop. A Sunshine before 2025.628 that cannot open /dev/uinput goes through XTEST, and
 * turns the horizontal wheel there: what GameStream calls right arrives as button 6, left. Newer ones take no input at all then.
 */

/**
 * Script that says by which way the program goes that listens at a port; nothing where that cannot be seen.
 * @param device what the kernel calls the way of newer hosts
 */
export function hostInputScript(port: number, device = '/dev/uinput'): string {
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0')
  return `if [ ! -e ${device} ]; then echo 'input: xtest'; exit; fi
inode=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$2 ~ /:${hexadecimal}$/ && $4 == "0A" { print $10; exit }')
[ -n "$inode" ] || exit 0
held=$(find /proc/[0-9]*/fd -lname "socket:\\[$inode\\]" 2>/dev/null | head -n 1)
[ -n "$held" ] || exit 0
if find "$(dirname "$held")" -lname ${device} 2>/dev/null | grep -q .; then echo 'input: uinput'; else echo 'input: xtest'; fi`
}

/** Whether the host turns the horizontal wheel; false also where nothing was seen. */
export const turnsHorizontalWheel = (output: string): boolean => /^input: xtest$/m.test(output)
