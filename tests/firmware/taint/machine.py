"""An emulated microcontroller that runs an image and follows the taint of its secrets."""

import bisect
import collections
import hashlib

import unicorn
from elftools.elf.elffile import ELFFile
from unicorn import arm_const

import arm
import riscv
from effect import Unknown

FLASH_LENGTH = 256 * 1024
RAM_LENGTH = CASE_LENGTH = 16 * 1024
# after how many blocks the public state is kept
INTERVAL = 101
# the request of the library's marks
MAKE_PUBLIC = 0x4D43_0002
# the bits of a register that are public if these of its bytes are tainted
PUBLIC = [sum(0xFF << 8 * byte for byte in range(4) if not tainted >> byte & 1) for tainted in range(16)]
# of Cortex-M: no IT block
THUMB_STATE = 1 << 24

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


class Run:
    """One run of an image's work on a case, of which the bytes at `secret` are tainted at the beginning."""

    def __init__(self, image, case, secret):
        self.image, self.architecture = image, image.architecture
        self.tainted = {self.architecture.CASE + at for at in secret}
        # those bytes of registers and those flags that are tainted
        self.taint = 0
        self.leaks = collections.Counter()
        self.instructions = self.blocks_entered = 0
        self.published = []
        # the public state in the course of the run, and the bytes that are published
        self.history = []
        self.effects, self.blocks = {}, {}
        # the block that runs: accesses to memory, marks, and instructions in IT blocks whose condition holds
        self.block, self.events = [], collections.deque()
        self.in_condition = False
        self.emulator = unicorn.Uc(*self.architecture.MACHINE)
        if self.architecture.MODEL is not None:
            self.emulator.ctl_set_cpu_model(self.architecture.MODEL)
        self.load(case)
        self.work()

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

    def work(self):
        begin, end = (self.image.symbols[name] for name in ("begin_mark", "end_mark"))
        self.emulator.emu_start(self.image.symbols["start"], begin & ~1)
        self.emulator.hook_add(unicorn.UC_HOOK_BLOCK, self.enter_block)
        self.emulator.hook_add(unicorn.UC_HOOK_MEM_READ | unicorn.UC_HOOK_MEM_WRITE, self.access)
        for address, instruction in self.image.instructions.items():
            try:
                effect = self.effects[address] = self.architecture.effect_of(instruction)
            except Unknown:
                # an error if it is executed
                continue
            if effect.is_mark:
                self.emulator.hook_add(unicorn.UC_HOOK_CODE, self.reach_mark, None, address, address)
            elif effect.is_conditional:
                # which is called only if the condition holds
                self.emulator.hook_add(unicorn.UC_HOOK_CODE, self.reach_conditional, None, address, address)
        self.emulator.emu_start(begin, end & ~1)
        self.follow()

    def access(self, emulator, access, address, size, value, data):
        self.events.append((address, size))
        if self.in_condition:
            # For this hook the emulator has set the state of the IT block, which it would take for that of the next block.
            emulator.reg_write(arm_const.UC_ARM_REG_EPSR, THUMB_STATE)

    def reach_mark(self, emulator, address, size, data):
        self.events.append([emulator.reg_read(register) for register in self.architecture.ARGUMENTS])

    def reach_conditional(self, emulator, address, size, data):
        self.events.append(address)
        self.in_condition = True

    def enter_block(self, emulator, address, size, data):
        self.follow()
        self.in_condition = False
        if (address, size) not in self.blocks:
            self.blocks[address, size] = list(self.read_block(address, size))
        self.block = self.blocks[address, size]
        self.blocks_entered += 1
        if self.blocks_entered % INTERVAL == 0:
            self.history.append(self.public_state(address))

    def read_block(self, address, size):
        end = address + size
        while address < end:
            effect = self.effects.get(address)
            if effect is None:
                raise Unknown(f"no rule: {self.image.describe(address)}")
            checked = 0
            for mask, _ in effect.checks:
                checked |= mask
            special = effect if effect.loads or effect.stores or effect.is_mark or effect.is_conditional else None
            yield address, effect.reads, effect.writes | effect.keeps, ~effect.writes, checked, special
            address += self.image.instructions[address].size
        if address != end:
            raise Unknown(f"a block that ends within an instruction: {self.image.describe(address)}")

    def follow(self):
        """What the block that has run did to taint."""
        taint, events = self.taint, self.events
        for address, reads, written, others, checked, special in self.block:
            if taint & checked:
                self.report(address, taint)
            if special is None:
                if taint & reads:
                    taint |= written
                else:
                    taint &= others
            elif special.is_mark:
                self.mark(*events.popleft())
            elif not special.is_conditional:
                taint = self.follow_memory(address, special, taint)
            elif events and events[0] == address:
                events.popleft()
                taint = taint | written if taint & reads else taint & others
                taint = self.follow_memory(address, special, taint)
        if events:
            raise Unknown(f"more accesses to memory than there are in the block: {self.image.describe(self.block[0][0])}")
        self.taint = taint
        self.instructions += len(self.block)

    def follow_memory(self, address, effect, taint):
        tainted = self.tainted
        for wanted, register, extends in effect.loads:
            at = self.accessed(wanted, address)
            taint &= ~register
            if not tainted.isdisjoint(range(at, at + wanted)):
                lowest = register & -register
                loaded = sum(lowest << byte for byte in range(wanted) if at + byte in tainted)
                taint |= register if extends else loaded
        for wanted, register, _ in effect.stores:
            at = self.accessed(wanted, address)
            tainted.difference_update(range(at, at + wanted))
            if taint & register:
                lowest = register & -register
                tainted.update(at + byte for byte in range(wanted) if taint & lowest << byte)
        if taint & self.architecture.PC:
            self.leaks[Leak("Jump", address)] += 1
            taint &= ~self.architecture.PC
        return taint

    def accessed(self, wanted, address):
        """Where the next access was, which must be of so many bytes."""
        at, size = self.events.popleft() if self.events else (0, 0)
        if size != wanted:
            raise Unknown(f"an access of {size} bytes: {self.image.describe(address)}")
        return at

    def report(self, address, taint):
        for mask, kind in self.effects[address].checks:
            if taint & mask:
                self.leaks[Leak(kind, address)] += 1

    def mark(self, request, start, length):
        if request != MAKE_PUBLIC:
            raise Unknown(f"a mark {request:#x}")
        place = range(start, start + length)
        self.published.append(Published(bytes(self.emulator.mem_read(start, length)), len(self.tainted.intersection(place))))
        self.tainted.difference_update(place)
        self.history.append(self.published[-1])

    def public_state(self, address):
        """The place in the code, what is tainted, and a hash of all that is not."""
        arch, emulator = self.architecture, self.emulator
        state = [emulator.reg_read(register) & PUBLIC[self.taint >> 4 * number & 15] for number, register in enumerate(arch.REGISTERS)]
        if arch.STATUS is not None:
            status = emulator.reg_read(arch.STATUS)
            state += [status & bits for flag, bits in arch.STATUS_BITS if not self.taint & flag]
        ram = emulator.mem_read(arch.RAM, RAM_LENGTH)
        for at in self.tainted:
            if arch.RAM <= at < arch.RAM + RAM_LENGTH:
                ram[at - arch.RAM] = 0
        return address, self.taint, hashlib.sha256(repr(state).encode() + ram).digest()
