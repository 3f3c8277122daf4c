"""Instructions of RV32IMC. Of these, the decoder does not say what they read and write, but all write their first operand."""

import capstone
import unicorn
from capstone import riscv
from unicorn import riscv_const

from effect import Effect, Unknown, register

DECODER = capstone.Cs(capstone.CS_ARCH_RISCV, capstone.CS_MODE_RISCV32 | capstone.CS_MODE_RISCVC)
DECODER.detail = True
MACHINE = (unicorn.UC_ARCH_RISCV, unicorn.UC_MODE_RISCV32)
MODEL = None
FLASH, CASE, RAM = 0x8000_0000, 0x8003_C000, 0x8010_0000
# slti x0, x0, 1
MARK = bytes.fromhex("13201000")

RA = register(1)
# no register that is loaded
PC = 0
REGISTERS = [riscv_const.UC_RISCV_REG_X0 + number for number in range(32)]
ARGUMENTS = REGISTERS[10:13]
STATUS, STATUS_BITS = None, []

BRANCHES = set("beq beqz bge bgeu bgez bgtz blez blt bltu bltz bne bnez".split())
JUMPS = {"j", "jal", "jalr", "jr"}
# they take the same time for all operands, which is assumed of the processor
CONSTANT_TIME = set(
    "add addi addi16sp addi4spn and andi auipc li lui mul mulh mulhsu mulhu mv neg nop not or ori seqz sll slli slt slti sltiu sltu snez sra "
    "srai srl srli sub xor xori".split()
)
DIVISIONS = {"div", "divu", "rem", "remu"}
# compressed instructions whose first operand is read as well
IN_PLACE = {f"c.{name}" for name in "add addi addi16sp and andi or slli srai srli sub xor".split()}
LOADS = {"lb": 1, "lbu": 1, "lh": 2, "lhu": 2, "lw": 4, "lwsp": 4}
STORES = {"sb": 1, "sh": 2, "sw": 4, "swsp": 4}


def mask(name):
    """Nothing for x0, which is always zero."""
    number = name - riscv.RISCV_REG_X0
    return register(number) if number else 0


def effect_of(instruction):
    name = instruction.mnemonic.removeprefix("c.")
    registers = [mask(operand.reg) for operand in instruction.operands if operand.type == riscv.RISCV_OP_REG]
    places = [mask(operand.mem.base) for operand in instruction.operands if operand.type == riscv.RISCV_OP_MEM]
    read = 0
    for source in registers if instruction.mnemonic in IN_PLACE else registers[1:]:
        read |= source
    if instruction.bytes == MARK:
        return Effect(is_mark=True)
    if name in BRANCHES:
        return Effect(checks=[(source, "Branch") for source in registers])
    if name in JUMPS:
        target = [registers.pop()] if name in ("jalr", "jr") else []
        # a call that names no register writes the usual one
        link = registers[0] if registers else RA if name in ("jal", "jalr") else 0
        return Effect(writes=link, checks=[(source, "Jump") for source in target])
    if name in LOADS or name in STORES:
        data, base = [*registers, *places]
        checks = [(base, "Address")]
        if name in LOADS:
            return Effect(checks=checks, loads=[(LOADS[name], data, name in ("lb", "lh"))])
        return Effect(checks=checks, stores=[(STORES[name], data, False)])
    if name in CONSTANT_TIME or name in DIVISIONS:
        checks = [(read, "Time")] if name in DIVISIONS else []
        return Effect(reads=read, writes=registers[0] if registers else 0, checks=checks)
    raise Unknown(name)
