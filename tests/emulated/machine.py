"""An emulated processor with AVX-512, and the functions of a shared object that needs no other in its memory."""

import ctypes
import struct

import bochscpu
import bochscpu.cpu as cpu
import bochscpu.memory as memory

PAGE = 4096
TABLES = 0x1000_0000
IMAGE = 0x4000_0000
RETURN = 0x5000_0000
ARGUMENTS, ARGUMENT = 0x6000_0000, 512
STACK, STACK_LENGTH = 0x7000_0000, 64 * PAGE
HLT = b"\xf4"
WRITABLE = 1
# XCR0: which registers the operating system says it keeps
X87_AND_SSE, AVX, AVX512 = 0b11, 0b111, 0b1110_0111


class Machine:
    """Once in a process: the emulator has one processor."""

    def __init__(self, path):
        # before there is memory
        self.session = bochscpu.Session()
        self.session.missing_page_handler = missing_page
        self.pages = {}
        self.functions = {}
        self.path = path
        self.load()
        self.map(STACK - STACK_LENGTH, STACK_LENGTH)
        self.map(ARGUMENTS, PAGE)
        self.write(RETURN, HLT)
        # kept: the emulator reads them where they are
        self.tables = memory.PageMapLevel4Table()
        for page in self.pages:
            self.tables.insert(page, page, WRITABLE)
        for host, physical in self.tables.commit(TABLES):
            memory.page_insert(physical, host)

    def map(self, start, length):
        for page in range(start // PAGE * PAGE, start + length, PAGE):
            if page not in self.pages:
                self.pages[page] = memory.allocate_host_page()
                memory.page_insert(page, self.pages[page])

    def host(self, address):
        return self.pages[address // PAGE * PAGE] + address % PAGE

    def write(self, address, data):
        self.map(address, len(data))
        for at, byte in enumerate(data, address):
            ctypes.memset(self.host(at), byte, 1)

    def read(self, address, length):
        return b"".join(ctypes.string_at(self.host(at), 1) for at in range(address, address + length))

    def load(self):
        """Lays out the segments as they are before anything has run, relocated, and finds what functions they export."""
        with open(self.path, "rb") as image:
            elf = image.read()
        programs, sections = struct.unpack_from("<QQ", elf, 32)
        program_count, _, section_count = struct.unpack_from("<HHH", elf, 56)
        for i in range(program_count):
            kind, _, at, address, _, in_file, in_memory, _ = struct.unpack_from("<IIQQQQQQ", elf, programs + 56 * i)
            if kind == 1:  # PT_LOAD
                self.write(IMAGE + address, elf[at : at + in_file] + bytes(in_memory - in_file))
        headers = [struct.unpack_from("<IIQQQQIIQQ", elf, sections + 64 * i) for i in range(section_count)]
        content = lambda header: elf[header[4] : header[4] + header[5]]
        (dynamic,) = (header for header in headers if header[1] == 11)  # SHT_DYNSYM
        symbols = list(struct.iter_unpack("<IBBHQQ", content(dynamic)))
        names = content(headers[dynamic[6]])
        for name, _, _, _, value, _ in symbols:
            self.functions[names[name : names.index(0, name)].decode()] = IMAGE + value
        for header in headers:
            if header[1] == 4:  # SHT_RELA
                for where, info, addend in struct.iter_unpack("<QQq", content(header)):
                    kind, symbol = info & 0xFFFF_FFFF, info >> 32
                    # the first is for what handles exceptions, of which there are none
                    assert kind in (1, 6, 8), "R_X86_64_64, R_X86_64_GLOB_DAT or R_X86_64_RELATIVE"
                    self.write(IMAGE + where, struct.pack("<Q", IMAGE + symbols[symbol][4] + addend))

    def call(self, function, *arguments, hook=None, xcr0=AVX512):
        """Calls a function that writes 384 bytes to its first argument, the others being bytes; returns those."""
        self.write(STACK - 8, struct.pack("<Q", RETURN))
        for i, argument in enumerate(arguments, 1):
            self.write(ARGUMENTS + ARGUMENT * i, argument)
        state = bochscpu.State()
        cpu.set_long_mode(state)
        state.cr3 = TABLES
        state.cr4 |= 1 << 9 | 1 << 10 | 1 << 18  # OSFXSR, OSXMMEXCPT, OSXSAVE
        state.xcr0 = xcr0
        state.rip, state.rsp = self.functions[function], STACK - 8
        for i, register in enumerate(("rdi", "rsi", "rdx", "rcx")):
            setattr(state, register, ARGUMENTS + ARGUMENT * i)
        code, data = bochscpu.Segment(), bochscpu.Segment()
        for segment, selector, attributes in ((code, 0x10, 0x209B), (data, 0x18, 0xC093)):
            segment.present, segment.selector, segment.attr = True, selector, attributes
            segment.base, segment.limit = 0, 0xFFFF_FFFF
        state.cs = code
        state.ss = state.ds = state.es = state.fs = state.gs = data
        self.session.cpu.state = state
        stop = bochscpu.Hook()
        stop.hlt = lambda session, _: session.stop()
        stop.exception = lambda session, *_: session.stop()
        self.session.run([stop, hook] if hook else [stop])
        # one past the hlt that the function returns to, and nowhere else
        assert self.session.cpu.rip == RETURN + 1, f"{function} stopped at {self.session.cpu.rip:#x}"
        return self.read(ARGUMENTS, 384)

    def trace(self, function, *arguments):
        """What a call can be told by: the addresses of its instructions and of what they read and write."""
        seen = []
        hook = bochscpu.Hook()
        processor = self.session.cpu
        hook.before_execution = lambda *_: seen.append(processor.rip)
        hook.lin_access = lambda _, __, address, ___, length, ____, access: seen.append((address, length, access))
        self.call(function, *arguments, hook=hook)
        return seen


def missing_page(address):
    raise RuntimeError(f"no memory at {address:#x}")
