# The tools of images: sourced by the scripts that build and run them. Sets tools, rustc and cargo.
#
# What is missing is installed, for which it must run as root: Debian's rustc, which has every target's code generator,
# with the sources of core, and QEMU, which is unpacked into $FIRMWARE_TOOLS (default /opt/firmware-tools) and not
# installed, since its package would replace newer ones that belong together.
tools=${FIRMWARE_TOOLS:-/opt/firmware-tools}
rustc=/usr/bin/rustc
cargo=/usr/bin/cargo

fail() {
  echo "$0: $*" >&2
  exit 1
}

is_installed() {
  dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

# install PACKAGE...: those that are not there
install() {
  local missing=() package
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_compiler() {
  install rustc-web rust-web-src cargo-web gcc libc6-dev
}

unpack_emulator() {
  [ -x "$tools/usr/bin/qemu-system-arm" ] && [ -x "$tools/usr/bin/qemu-system-riscv32" ] && return
  local packages package
  packages=$(mktemp -d)
  mkdir -p "$packages/partial" "$tools"
  apt-get update -qq
  # downloads these and what they need and is not installed; installs and removes nothing
  apt-get install -y -qq -d --no-install-recommends -o Dir::Cache::archives="$packages" \
    -o APT::Sandbox::User=root qemu-system-arm qemu-system-misc >/dev/null
  for package in "$packages"/*.deb; do
    dpkg -x "$package" "$tools"
  done
  rm -r "$packages"
}

linker() {
  local root
  for root in "${RUSTUP_HOME:-$HOME/.rustup}"/toolchains/*; do
    if [ -x "$root/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld" ]; then
      echo "$root/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld"
      return
    fi
  done
  fail "no rust-lld in any toolchain of rustup"
}

# build TARGET PROFILE FOLDER WHICH FLAG...: the images of tests/firmware in one configuration. WHICH are arguments of cargo
build() {
  local target=$1 profile=$2 folder=$3 script=arm.x lld name which
  read -ra which <<<"$4"
  shift 4
  lld=$(linker)
  case $target in riscv*) script=riscv.x ;; esac
  name=$(tr a-z- A-Z_ <<<"$target")
  (
    cd "$(dirname "${BASH_SOURCE[0]}")/image"
    unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET
    export RUSTC=$rustc RUSTC_BOOTSTRAP=1
    export "CARGO_TARGET_${name}_LINKER=$lld"
    export "CARGO_TARGET_${name}_RUSTFLAGS=-C link-arg=-L$PWD -C link-arg=-T$script $*"
    "$cargo" build -q --locked --profile "$profile" --target "$target" --target-dir "$folder" "${which[@]}" \
      -Zbuild-std=core,compiler_builtins -Zbuild-std-features=compiler-builtins-mem
  )
}
