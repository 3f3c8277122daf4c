"""Thumb instructions of Cortex-M4."""

import capstone
import unicorn
from capstone import arm
from unicorn import arm_const

from effect import Effect, Unknown, register

DECODER = capstone.Cs(capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS)
DECODER.detail = True
MACHINE = (unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB | unicorn.UC_MODE_MCLASS)
MODEL = arm_const.UC_CPU_ARM_CORTEX_M4
FLASH, CASE, RAM = 0, 0x3_C000, 0x2000_0000
# mov r10, r10
MARK = bytes.fromhex("d246")

NUMBERS = {getattr(arm, f"ARM_REG_R{number}"): number for number in range(13)}
NUMBERS |= {arm.ARM_REG_SP: 13, arm.ARM_REG_LR: 14, arm.ARM_REG_PC: 15}
SP, PC = register(13), register(15)
# the flags: N with Z, C, V
NZ, C, V = 1 << 64, 1 << 65, 1 << 66
FLAGS = NZ | C | V
REGISTERS = [getattr(arm_const, f"UC_ARM_REG_R{number}") for number in range(13)]
REGISTERS += [arm_const.UC_ARM_REG_SP, arm_const.UC_ARM_REG_LR]
ARGUMENTS = REGISTERS[:3]
STATUS = arm_const.UC_ARM_REG_CPSR
STATUS_BITS = [(NZ, 0b1100 << 28), (C, 1 << 29), (V, 1 << 28)]

# Those that secrets may go into take the same time for all operands, which is assumed of the processor. SUMS set all flags.
SUMS = {"adc", "add", "cmn", "cmp", "rsb", "sbc", "sub"}
OTHERS = set(
    "adr and asr bfc bfi bic clz eor lsl lsr mla mls mov movt mul mvn orn orr rev rev16 revsh ror rrx sbfx smlal smull sxtb sxtb16 sxth teq tst "
    "ubfx umaal umlal umull uxtb uxtb16 uxth".split()
)
DIVISIONS = {"sdiv", "udiv"}
# of those that read more than the decoder says
ACCUMULATING = {"smlal", "umaal", "umlal"}
WITH_CARRY = {"adc", "rrx", "sbc"}
JUMPS = {"b", "bl", "blx", "bx"}
SIZES = {"ldr": 4, "ldrb": 1, "ldrd": 4, "ldrh": 2, "ldrsb": 1, "ldrsh": 2, "str": 4, "strb": 1, "strd": 4, "strh": 2, "tbb": 1, "tbh": 2}
MULTIPLE = {"ldm", "ldmdb", "pop", "push", "stm", "stmdb"}
# what pairs of conditions, as capstone counts them, depend on: eq and ne, hs and lo, and so on
CONDITIONS = [NZ, C, NZ, V, C | NZ, NZ | V, NZ | V]


def mask(names):
    """Those of them that are registers of the program."""
    return sum(register(NUMBERS[name]) for name in set(names) if name in NUMBERS)


def effect_of(instruction):
    name = instruction.insn_name()
    read, written = map(mask, instruction.regs_access())
    effect = Effect(is_mark=instruction.bytes == MARK)
    if effect.is_mark or name == "it" or instruction.mnemonic in ("nop", "nop.w"):
        return effect
    accesses_memory = name in SIZES or name in MULTIPLE
    if instruction.cc != arm.ARM_CC_AL:
        effect.reads = CONDITIONS[(instruction.cc - 1) // 2]
        effect.checks.append((effect.reads, "Branch" if name in JUMPS or written & PC else "Condition"))
        effect.is_conditional = name not in JUMPS
    if accesses_memory:
        access_memory(effect, name, instruction.operands)
    elif name in ("cbz", "cbnz"):
        effect.checks.append((read, "Branch"))
    elif name in JUMPS:
        effect.checks.append((read & ~PC, "Jump"))
        if instruction.cc == arm.ARM_CC_AL:
            effect.writes = written & ~PC
        else:
            effect.keeps = written & ~PC
    elif name == "mrs" and instruction.op_str.endswith(", apsr"):
        effect.reads, effect.writes = FLAGS, written
    elif name == "msr" and instruction.op_str.startswith("apsr_nzcvq, "):
        effect.reads, effect.writes = read, FLAGS
    elif name in SUMS or name in OTHERS or name in DIVISIONS:
        compute(effect, instruction, name, read, written)
    else:
        raise Unknown(name)
    return effect


def access_memory(effect, name, operands):
    data = [NUMBERS[operand.reg] for operand in operands if operand.type == arm.ARM_OP_REG]
    if name in ("push", "pop"):
        base = SP
    elif name in MULTIPLE:
        base = register(data.pop(0))
    else:
        (place,) = (operand.mem for operand in operands if operand.type == arm.ARM_OP_MEM)
        base = mask([place.base, place.index])
    if name in MULTIPLE:
        # the lowest register is at the lowest address
        data.sort()
    if name in ("tbb", "tbh"):
        data = [NUMBERS[arm.ARM_REG_PC]]
    effect.checks.append((base & ~PC, "Address"))
    accesses = [(SIZES.get(name, 4), register(number), name.startswith("ldrs")) for number in data]
    if name.startswith(("st", "push")):
        effect.stores = accesses
    else:
        effect.loads = accesses


def compute(effect, instruction, name, read, written):
    if name in ACCUMULATING:
        read |= written
    if name in WITH_CARRY or any(operand.shift.type == arm.ARM_SFT_RRX for operand in instruction.operands):
        read |= C
    effect.reads |= read
    effect.writes = written
    if name in DIVISIONS:
        effect.checks.append((read, "Time"))
    if written & PC:
        effect.checks.append((read & ~PC, "Jump"))
    if name in ("cmn", "cmp") or name in SUMS and instruction.update_flags:
        effect.writes |= FLAGS
    elif name in ("teq", "tst") or instruction.update_flags:
        effect.writes |= NZ
        # it is that of a shift, if there is one
        effect.keeps |= C
