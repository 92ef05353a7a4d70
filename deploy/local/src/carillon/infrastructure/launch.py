"""Become another program that dies with its parent: `launch.py PARENT SIGNAL USER REACH -- COMMAND…`.

A file of its own, run before the program, because doing this between fork and exec of a process with threads
is not safe. Standard library only, and nothing is imported late: after the change of user the interpreter's own
files may be out of reach.
"""

import ctypes
import os
import pwd
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE = 1


def _die_with_parent(libc: ctypes.CDLL, parent: int, signal: int) -> None:
    libc.prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:  # it died before the line above
        sys.exit(1)


def _become(user: str) -> None:
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def _keep_reach(libc: ctypes.CDLL) -> None:
    """Keep the right to walk through directories that only root may enter, such as /root."""
    version = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    bit = 1 << _CAP_DAC_OVERRIDE
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    refused = libc.capset(version, sets)
    refused |= libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)
    if refused:
        sys.exit("this directory is out of reach for a user other than root; choose another with --data")


def main() -> None:
    """Read the arguments, change, and exec."""
    parent, signal, user, reach = sys.argv[1:5]
    command = sys.argv[6:]
    linux = sys.platform == "linux"
    libc = ctypes.CDLL(None, use_errno=True)
    if user:
        if reach and linux:
            libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
        _become(user)
        if reach and linux:
            _keep_reach(libc)
    if linux:  # elsewhere only an orderly end of the parent ends the children
        _die_with_parent(libc, int(parent), int(signal))
    os.execvp(command[0], command)  # noqa: S606  # the command is the supervisor's own


if __name__ == "__main__":
    main()
