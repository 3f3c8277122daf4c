"""What an instruction does to taint, in terms that both architectures share."""

import dataclasses


def register(number):
    """The mask of its four bytes, the lowest first."""
    return 0b1111 << 4 * number


class Unknown(Exception):
    """Something that there is no rule for."""


@dataclasses.dataclass
class Effect:
    """A mask has a bit for each byte of a register, and for each flag.

    An access to memory is its size in bytes, the mask of the register that is loaded or stored, and whether the sign is
    extended."""

    # what is read: any tainted bit of it taints all that is written
    reads: int = 0
    # what is written
    writes: int = 0
    # what is either written or left as it was
    keeps: int = 0
    # what must not be tainted, and the kind of leak if it is
    checks: list[tuple[int, str]] = dataclasses.field(default_factory=list)
    loads: list[tuple[int, int, bool]] = dataclasses.field(default_factory=list)
    stores: list[tuple[int, int, bool]] = dataclasses.field(default_factory=list)
    # whether this belongs to an IT block: all of it happens only if a condition holds
    is_conditional: bool = False
    # whether this is the instruction of the library's marks
    is_mark: bool = False
