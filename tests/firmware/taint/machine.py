"""An emulated microcontroller that runs an image and follows the taint of its secrets."""

import bisect
import collections
import ctypes
import hashlib
import os

import unicorn
from elftools.elf.elffile import ELFFile
from unicorn import arm_const

import arm
import riscv
from effect import Unknown

FLASH_LENGTH = 256 * 1024
RAM_LENGTH = CASE_LENGTH = 16 * 1024
# after how many blocks the public state is kept
INTERVAL = 499
# the request of the library's marks
MAKE_PUBLIC = 0x4D43_0002
# the bits of a register that are public if these of its bytes are tainted
PUBLIC = [sum(0xFF << 8 * byte for byte in range(4) if not tainted >> byte & 1) for tainted in range(16)]
# of Cortex-M: no IT block
THUMB_STATE = 1 << 24
# bytes of a mask in follow.c
MASK = 16
KEEP = ctypes.CFUNCTYPE(None, ctypes.c_uint32)
FOLLOW = ctypes.CDLL(os.environ["FOLLOW"])
FOLLOW.count_instructions.restype = FOLLOW.read_leaks.restype = ctypes.c_uint64
FOLLOW.read_problem.restype = ctypes.c_char_p

Leak = collections.namedtuple("Leak", "kind address")
Published = collections.namedtuple("Published", "bytes tainted")


class Image:
    def __init__(self, path):
        with open(path, "rb") as file:
            elf = ELFFile(file)
            self.architecture = arm if elf["e_machine"] == "EM_ARM" else riscv
            self.segments = [(segment["p_paddr"], segment.data()) for segment in elf.iter_segments("PT_LOAD")]
            symbols = [(symbol["st_value"], symbol.name) for symbol in elf.get_section_by_name(".symtab").iter_symbols()]
            code = elf.get_section_by_name(".text")
            self.symbols = {name: address for address, name in symbols}
            self.functions = sorted((address & ~1, name) for address, name in symbols if name and name[0] != "$")
            self.instructions = dict(self.decode(code["sh_addr"], code.data(), symbols))

    def decode(self, at, code, symbols):
        """The instructions between data, from the beginning: a block may begin in the middle of an IT block."""
        start, end = at, at + len(code)
        marks = sorted((address & ~1, name[1]) for address, name in symbols if name[:2] in ("$d", "$t", "$x"))
        for (first, kind), (after, _) in zip([(start, "x"), *marks], [*marks, (end, "")]):
            at, limit = max(first, start), min(after, end)
            while kind != "d" and at < limit:
                for instruction in self.architecture.DECODER.disasm(code[at - start : limit - start], at):
                    yield instruction.address, instruction
                    at = instruction.address + instruction.size
                # unknown to the decoder: an error if it is executed
                at += 2

    def function(self, address):
        return self.functions[bisect.bisect(self.functions, (address + 1,)) - 1][1]

    def describe(self, address):
        instruction = self.instructions.get(address)
        text = f"{instruction.mnemonic} {instruction.op_str}" if instruction else "no instruction"
        return f"{text}, at {address:#x} in {self.function(address)}"


def as_bytes(mask):
    return (mask % 2 ** (8 * MASK)).to_bytes(MASK, "little")


class Run:
    """One run of an image's work on a case, of which the bytes at `secret` are tainted at the beginning.

    follow.c follows the instructions, for one run at a time."""

    def __init__(self, image, case, secret, keeps_states=False):
        self.image, self.architecture = image, image.architecture
        arch = self.architecture
        # of each byte of memory, whether it is tainted
        self.flash, self.ram = bytearray(FLASH_LENGTH), bytearray(RAM_LENGTH)
        for at in secret:
            self.flash[arch.CASE - arch.FLASH + at] = 1
        self.published = []
        # the public state in the course of the run, and the bytes that are published
        self.history = []
        self.emulator = unicorn.Uc(*arch.MACHINE)
        if arch.MODEL is not None:
            self.emulator.ctl_set_cpu_model(arch.MODEL)
        self.load(case)
        begin, end = (image.symbols[name] for name in ("begin_mark", "end_mark"))
        self.emulator.emu_start(image.symbols["start"], begin & ~1)
        self.prepare()
        # an error in what C calls must not be lost
        self.error = None
        keep = KEEP(self.keep_state)
        if keeps_states:
            FOLLOW.keep_states(ctypes.c_uint64(INTERVAL), keep)
        self.emulator.emu_start(begin, end & ~1)
        FOLLOW.follow_to_end()
        self.finish()

    def load(self, case):
        arch, emulator = self.architecture, self.emulator
        emulator.mem_map(arch.FLASH, FLASH_LENGTH, unicorn.UC_PROT_READ | unicorn.UC_PROT_EXEC)
        emulator.mem_map(arch.RAM, RAM_LENGTH)
        for address, data in self.image.segments:
            emulator.mem_write(address, data)
        emulator.mem_write(arch.CASE, case.ljust(CASE_LENGTH, b"\0"))
        if arch is arm:
            # as at a reset
            emulator.reg_write(arm_const.UC_ARM_REG_SP, self.image.symbols["RAM_END"])

    def prepare(self):
        arch = self.architecture
        flash, ram = ((ctypes.c_uint8 * len(of)).from_buffer(of) for of in (self.flash, self.ram))
        registers = [as_bytes(arch.PC), arm_const.UC_ARM_REG_EPSR, THUMB_STATE]
        FOLLOW.begin(self.emulator._uch, arch.FLASH, flash, arch.RAM, RAM_LENGTH, ram, *registers)
        self.effects = {}
        for address, instruction in self.image.instructions.items():
            try:
                effect = self.effects[address] = arch.effect_of(instruction)
            except Unknown:
                # an error if it is executed
                continue
            checked = 0
            for mask, _ in effect.checks:
                checked |= mask
            masks = map(as_bytes, (effect.reads, effect.writes, effect.keeps, checked))
            FOLLOW.add_rule(address, instruction.size, effect.is_conditional, *masks)
            for accesses in (effect.loads, effect.stores):
                for size, data, extends in accesses:
                    FOLLOW.add_access(address, as_bytes(data), size, accesses is effect.stores, extends)
            if effect.is_mark:
                self.emulator.hook_add(unicorn.UC_HOOK_CODE, self.reach_mark, None, address, address)

    def finish(self):
        """What was found."""
        if self.error:
            raise self.error
        address = ctypes.c_uint32()
        if problem := FOLLOW.read_problem(ctypes.byref(address)):
            raise Unknown(f"{problem.decode()}: {self.image.describe(address.value)}")
        self.instructions = FOLLOW.count_instructions()
        # how often each of them was found
        self.leaks = {}
        leaked = ctypes.create_string_buffer(MASK)
        for address, effect in self.effects.items():
            count = FOLLOW.read_leaks(address, leaked)
            for mask, kind in [*effect.checks, (self.architecture.PC, "Jump")]:
                if int.from_bytes(leaked.raw, "little") & mask:
                    self.leaks[Leak(kind, address)] = count

    def reach_mark(self, emulator, address, size, data):
        FOLLOW.follow(address)
        request, start, length = (emulator.reg_read(register) for register in self.architecture.ARGUMENTS)
        if request != MAKE_PUBLIC:
            raise Unknown(f"a mark {request:#x}")
        at = start - self.architecture.RAM
        if not 0 <= at <= at + length <= RAM_LENGTH:
            raise Unknown(f"a mark of what is not in RAM, at {start:#x}")
        self.published.append(Published(bytes(emulator.mem_read(start, length)), sum(self.ram[at : at + length])))
        self.ram[at : at + length] = bytes(length)
        self.history.append(self.published[-1])

    def keep_state(self, address):
        try:
            self.history.append(self.public_state(address))
        except Exception as error:
            self.error = error
            self.emulator.emu_stop()

    def public_state(self, address):
        """The place in the code, what is tainted, and a hash of all that is not."""
        arch, emulator = self.architecture, self.emulator
        taint = ctypes.create_string_buffer(MASK)
        FOLLOW.read_taint(taint)
        taint = int.from_bytes(taint.raw, "little")
        state = [emulator.reg_read(register) & PUBLIC[taint >> 4 * number & 15] for number, register in enumerate(arch.REGISTERS)]
        if arch.STATUS is not None:
            status = emulator.reg_read(arch.STATUS)
            state += [status & bits for flag, bits in arch.STATUS_BITS if not taint & flag]
        tainted, ram = int.from_bytes(self.ram, "little"), int.from_bytes(emulator.mem_read(arch.RAM, RAM_LENGTH), "little")
        public = (ram & ~(0xFF * tainted)).to_bytes(RAM_LENGTH, "little")
        return address, taint, hashlib.sha256(repr(state).encode() + self.ram + public).digest()
