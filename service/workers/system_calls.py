"""A seccomp filter: which calls into the kernel a child process may no longer make (Linux, x86_64 and aarch64).

It is a small program for the kernel's packet filter (BPF), written out here because it needs no library: what is not
named is allowed, what is named is answered with EPERM, and what has a newer form that would hide its arguments with
ENOSYS, upon which the C library takes the older one.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Mapping
from dataclasses import dataclass

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_CLONE_THREAD = 0x10000
_WRITING = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000
"""O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND."""

OUTSIDE = (
    *("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg"),
    *("execve", "execveat", "fork", "vfork", "kill", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_open"),
    *("pidfd_getfd", "io_uring_setup", "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key"),
    *("mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "init_module", "finit_module", "kexec_load"),
)
"""What reaches other processes, other machines or the system itself."""

CHANGES = (
    *("creat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat"),
    *("symlink", "symlinkat", "truncate", "ftruncate", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown"),
    *("fchownat", "mknod", "mknodat", "utimensat", "setxattr", "fallocate"),
)
"""What changes files; opening one for writing is refused along with these."""


@dataclass(frozen=True)
class _Machine:
    audit: int
    numbers: Mapping[str, int]


def _numbers(table: str) -> Mapping[str, int]:
    """The numbers of calls, from words such as `open=2`.

    >>> _numbers("open=2 socket=41")
    {'open': 2, 'socket': 41}
    """
    return {name: int(number) for name, _, number in (word.partition("=") for word in table.split())}


# The numbers are those of the kernel's asm/unistd_64.h and asm-generic/unistd.h.
_X86_64 = _Machine(
    0xC000003E,
    _numbers(
        """
        open=2 socket=41 connect=42 accept=43 sendto=44 sendmsg=46 bind=49 listen=50
        socketpair=53 clone=56 fork=57 vfork=58 execve=59 kill=62 truncate=76
        ftruncate=77 rename=82 mkdir=83 rmdir=84 creat=85 link=86 unlink=87
        symlink=88 chmod=90 fchmod=91 chown=92 fchown=93 lchown=94 ptrace=101
        mknod=133 pivot_root=155 chroot=161 mount=165 umount2=166 init_module=175
        setxattr=188 kexec_load=246 add_key=248 request_key=249 keyctl=250 openat=257
        mkdirat=258 mknodat=259 fchownat=260 unlinkat=263 renameat=264 linkat=265
        symlinkat=266 fchmodat=268 unshare=272 utimensat=280 fallocate=285 accept4=288
        perf_event_open=298 sendmmsg=307 setns=308 process_vm_readv=310 process_vm_writev=311
        finit_module=313 renameat2=316 bpf=321 execveat=322 userfaultfd=323
        io_uring_setup=425 pidfd_open=434 clone3=435 openat2=437 pidfd_getfd=438
        """
    ),
)
_AARCH64 = _Machine(
    0xC00000B7,
    _numbers(
        """
        setxattr=5 mknodat=33 mkdirat=34 unlinkat=35 symlinkat=36 linkat=37 renameat=38
        umount2=39 mount=40 pivot_root=41 truncate=45 ftruncate=46 fallocate=47
        chroot=51 fchmod=52 fchmodat=53 fchownat=54 fchown=55 openat=56 utimensat=88
        unshare=97 kexec_load=104 init_module=105 ptrace=117 kill=129 socket=198
        socketpair=199 bind=200 listen=201 accept=202 connect=203 sendto=206 sendmsg=211
        add_key=217 request_key=218 keyctl=219 clone=220 execve=221 perf_event_open=241
        accept4=242 setns=268 sendmmsg=269 process_vm_readv=270 process_vm_writev=271
        finit_module=273 renameat2=276 bpf=280 execveat=281 userfaultfd=282
        io_uring_setup=425 pidfd_open=434 clone3=435 openat2=437 pidfd_getfd=438
        """
    ),
)
_MACHINES = {"x86_64": _X86_64, "aarch64": _AARCH64, "arm64": _AARCH64}


class Unavailable(Exception):
    """This system has no such filter; the message says why."""


def refuse(*, changes: bool) -> None:
    """Refuse from now on, for this process and for good, what reaches outside; and with `changes`, changes of files.

    Holds for the threads started after it. Raises Unavailable.
    """
    machine = _MACHINES.get(platform.machine()) if platform.system() == "Linux" else None
    if machine is None:
        raise Unavailable(f"there is no system call filter for {platform.system()} on {platform.machine()}")
    program = _program(machine, changes=changes)
    instructions = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
    library = ctypes.CDLL(None, use_errno=True)
    for option, value, argument in ((_PR_SET_NO_NEW_PRIVS, 1, None), (_PR_SET_SECCOMP, _FILTER, header)):
        if library.prctl(option, ctypes.c_ulong(value), argument, 0, 0):
            raise Unavailable(f"the kernel takes no system call filter: {errno.errorcode[ctypes.get_errno()]}")


def _program(machine: _Machine, *, changes: bool) -> bytes:
    """The filter; each test either answers or falls through to the next one."""
    numbers = machine.numbers
    names = (*OUTSIDE, *CHANGES) if changes else OUTSIDE
    steps = [
        *(_step(_LOAD, _ARCHITECTURE), _step(_EQUAL, machine.audit, 1, 0), _step(_ANSWER, _KILL)),
        _step(_LOAD, _NUMBER),
    ]
    if machine is _X86_64:  # the second set of numbers, for 32-bit pointers, begins here
        steps += [_step(_AT_LEAST, 0x40000000, 0, 1), _step(_ANSWER, _REFUSE | errno.EPERM)]
    for name in names:
        if name in numbers:
            steps += [_step(_EQUAL, numbers[name], 0, 1), _step(_ANSWER, _REFUSE | errno.EPERM)]
    for name in ("clone3", "openat2"):
        steps += [_step(_EQUAL, numbers[name], 0, 1), _step(_ANSWER, _REFUSE | errno.ENOSYS)]
    steps += _where_bits(numbers["clone"], 0, _CLONE_THREAD, _ALLOW, _REFUSE | errno.EPERM)
    if changes:
        for name, argument in (("open", 1), ("openat", 2)):
            if name in numbers:
                steps += _where_bits(numbers[name], argument, _WRITING, _REFUSE | errno.EPERM, _ALLOW)
    return b"".join([*steps, _step(_ANSWER, _ALLOW)])


def _where_bits(number: int, argument: int, bits: int, some: int, none: int) -> list[bytes]:
    """For one call: an answer where any of the bits is set in an argument, another where none is."""
    low_half = _FIRST_ARGUMENT + 8 * argument
    return [
        *(_step(_EQUAL, number, 0, 4), _step(_LOAD, low_half), _step(_ANY_BIT, bits, 0, 1)),
        *(_step(_ANSWER, some), _step(_ANSWER, none)),
    ]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
