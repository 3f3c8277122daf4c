//! What is built and run: four cores at three opt-levels, and the small configuration.

use crate::cases::Work;
use std::fmt;

/// A core, as the compiler and the emulator know it.
pub(crate) struct Core {
    name: &'static str,
    target: &'static str,
    pub(crate) qemu: &'static str,
    pub(crate) machine: &'static [&'static str],
    /// Where the linker script has input and answer.
    pub(crate) case: u64,
    /// Where it has RAM: start and end.
    pub(crate) ram: [u64; 2],
}

const fn cortex_m(name: &'static str, target: &'static str, machine: &'static [&'static str]) -> Core {
    let ram = [0x2000_0000, 0x2000_4000];
    Core { name, target, qemu: "qemu-system-arm", machine, case: 0x3_c000, ram }
}

static M0: Core = cortex_m("Cortex-M0", "thumbv6m-none-eabi", &["-machine", "microbit"]);
static M3: Core = cortex_m("Cortex-M3", "thumbv7m-none-eabi", &["-machine", "lm3s6965evb"]);
static M4: Core = cortex_m("Cortex-M4", "thumbv7em-none-eabi", &["-machine", "mps2-an386"]);
static RISC_V: Core = Core {
    name: "RV32IMAC",
    target: "riscv32imac-unknown-none-elf",
    qemu: "qemu-system-riscv32",
    machine: &["-machine", "virt", "-bios", "none", "-m", "64M"],
    case: 0x8003_c000,
    ram: [0x8010_0000, 0x8010_4000],
};

/// An opt-level.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Three,
    S,
    Z,
}

pub(crate) struct Configuration {
    core: &'static Core,
    level: Level,
    /// The small comb and the compact SHA-256.
    small: bool,
}

const fn default(core: &'static Core, level: Level) -> Configuration {
    Configuration { core, level, small: false }
}

pub(crate) static CONFIGURATIONS: &[Configuration] = &[
    default(&M0, Level::Three),
    default(&M0, Level::S),
    default(&M0, Level::Z),
    default(&M3, Level::Three),
    default(&M3, Level::S),
    default(&M3, Level::Z),
    default(&M4, Level::Three),
    default(&M4, Level::S),
    default(&M4, Level::Z),
    Configuration { core: &M4, level: Level::Three, small: true },
    default(&RISC_V, Level::Three),
    default(&RISC_V, Level::S),
    default(&RISC_V, Level::Z),
];

impl Configuration {
    pub(crate) fn core(&self) -> &Core {
        self.core
    }

    /// The folder of its images below that of all.
    pub(crate) fn folder(&self) -> String {
        let target = self.core.target;
        let built = if self.small { "small" } else { target };
        let profile = match self.level {
            Level::Three => "release",
            Level::S => "s",
            Level::Z => "z",
        };
        format!("{built}/{target}/{profile}")
    }

    /// An example for this machine, which takes no input.
    pub(crate) fn example(&self) -> Option<&'static str> {
        (self.core.target == M0.target && self.level == Level::Three).then_some("microbit")
    }

    /// Whether no panic may be left in the image of a work. Where HKDF is computed, the compiler leaves checks that cannot
    /// fail in the crates that do so, at opt-level "z".
    pub(crate) fn removes_panics(&self, work: &Work) -> bool {
        self.level != Level::Z || !matches!(work.image, "sign_in" | "prove")
    }

    /// Whether no division may be in the image of a work. At the other levels the compiler leaves those of public numbers by
    /// constants: lengths, steps of loops, and seconds. Those of seconds it leaves to a function on a core without long products.
    pub(crate) fn has_no_division(&self, work: &Work) -> bool {
        let has_long_products = self.core.target != M0.target;
        self.level == Level::Three && (has_long_products || !matches!(work.image, "sign_in" | "prove"))
    }
}

impl fmt::Display for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Three => "3",
            Level::S => "s",
            Level::Z => "z",
        };
        let small = if self.small { ", small" } else { "" };
        write!(f, "{}, opt-level {level}{small}", self.core.name)
    }
}
